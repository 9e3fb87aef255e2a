package io.transship.core.pipeline.rotation;

import io.transship.core.storage.SecretUri;
import java.time.Instant;
import java.util.Optional;

/**
 * What the app remembers of the rotation of one secret.
 *
 * @param claim who is at it now
 * @param success the last time that it was rotated, or first found in order
 * @param failure the last time that it failed, also if it was put right since
 * @param failuresInARow zero if the last look at it went well
 */
public record RotationRecord(
        SecretUri secret,
        Optional<Claim> claim,
        Optional<Success> success,
        Optional<Failure> failure,
        int failuresInARow) {

    /**
     * One worker's right to write the secret.
     *
     * @param id tells this claim from all others
     * @param until from then on it counts for nothing: whoever holds it is dead
     */
    public record Claim(String id, Instant until) {}

    /**
     * When it went well.
     *
     * @param expiry when the SAS ends that the secret has had since
     */
    public record Success(Instant at, Instant expiry) {}

    /**
     * When it went wrong.
     *
     * @param message cause and next step; never a secret
     */
    public record Failure(Instant at, String message) {}

    static RotationRecord of(SecretUri secret) {
        return new RotationRecord(secret, Optional.empty(), Optional.empty(), Optional.empty(), 0);
    }

    boolean isClaimed(Instant now) {
        return claim.filter(held -> held.until().isAfter(now)).isPresent();
    }

    RotationRecord claimedBy(Claim mine) {
        return new RotationRecord(secret, Optional.of(mine), success, failure, failuresInARow);
    }

    /** Without this claim; that of another stays. */
    RotationRecord releasedBy(Claim mine) {
        return new RotationRecord(secret, claim.filter(held -> !held.equals(mine)), success, failure, failuresInARow);
    }

    RotationRecord succeeded(Success now) {
        return new RotationRecord(secret, claim, Optional.of(now), failure, 0);
    }

    RotationRecord failed(Failure now) {
        return new RotationRecord(secret, claim, success, Optional.of(now), failuresInARow + 1);
    }
}

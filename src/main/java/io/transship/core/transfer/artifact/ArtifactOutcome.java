package io.transship.core.transfer.artifact;

import org.jspecify.annotations.Nullable;

/**
 * What became of one artifact.
 *
 * @param artifact as {@code repository:tag} or {@code repository@digest}
 * @param digest of its root manifest; absent if it was not found
 * @param code what kind of failure it was, for programs; absent if it did not fail
 * @param message why it failed or was skipped; of one that succeeded what is worth knowing, mostly nothing
 * @param bytesSent bytes that were sent for it; what it shares with an artifact before it was sent for that one
 * @param bytesSaved bytes of it that were sent for another artifact or found at the target
 */
public record ArtifactOutcome(
        String artifact,
        Status status,
        @Nullable String digest,
        @Nullable String code,
        @Nullable String message,
        long bytesSent,
        long bytesSaved) {

    /** How it ended. */
    public enum Status {
        SUCCEEDED,
        /** The target has it already, under the same tag and digest. */
        SKIPPED,
        FAILED
    }

    ArtifactOutcome with(ByteShares.Share bytes) {
        return new ArtifactOutcome(artifact, status, digest, code, message, bytes.sent(), bytes.saved());
    }

    /** One that failed. */
    public static ArtifactOutcome failed(
            String artifact, @Nullable String digest, FailureCode code, @Nullable String message) {
        return new ArtifactOutcome(artifact, Status.FAILED, digest, code.label(), message, 0, 0);
    }
}

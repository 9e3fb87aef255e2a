package io.transship.core.pipeline.rotation;

import io.transship.core.storage.ContainerUri;
import io.transship.core.storage.SecretUri;
import java.time.Instant;
import java.util.Optional;

/** What became of a secret whose SAS is rotated; {@code toString} is one line for the log and holds no secret. */
public sealed interface RotationOutcome {

    SecretUri secret();

    /** The container that the SAS opens. */
    ContainerUri container();

    /**
     * It needed nothing.
     *
     * @param daysLeft whole days until it ends
     */
    record Kept(SecretUri secret, ContainerUri container, Instant expiry, long daysLeft) implements RotationOutcome {

        @Override
        public String toString() {
            return "secret '%s': its SAS for container '%s' is kept, it ends on %s, %d days left"
                    .formatted(secret, container, expiry, daysLeft);
        }
    }

    /**
     * A new version was written.
     *
     * @param reason why
     */
    record Rotated(SecretUri secret, ContainerUri container, Instant expiry, String reason) implements RotationOutcome {

        @Override
        public String toString() {
            return "secret '%s' has a new SAS for container '%s', which ends on %s; the one before: %s"
                    .formatted(secret, container, expiry, reason);
        }
    }

    /** Another worker is at it. */
    record Busy(SecretUri secret, ContainerUri container) implements RotationOutcome {

        @Override
        public String toString() {
            return "secret '%s' is being rotated by another worker".formatted(secret);
        }
    }

    /**
     * It could not be looked at, or needed a new version and did not get one.
     *
     * @param expiry when the SAS that is there ends; empty if there is none or it cannot be read
     * @param daysLeft whole days until then; negative if it is over
     * @param failures in a row, this one included
     * @param message the cause and the next step
     */
    record Failed(
            SecretUri secret,
            ContainerUri container,
            Optional<Instant> expiry,
            Optional<Long> daysLeft,
            int failures,
            String message)
            implements RotationOutcome {

        /** What each of these lines begins with, so that an alert can look for it. Never changes. */
        public static final String FIRST_WORD = "SasRotationFailed";

        @Override
        public String toString() {
            return "%s secret='%s' container='%s' expiry='%s' daysLeft='%s' failuresInARow=%d: %s"
                    .formatted(
                            FIRST_WORD,
                            secret,
                            container,
                            expiry.map(Instant::toString).orElse("unknown"),
                            daysLeft.map(String::valueOf).orElse("unknown"),
                            failures,
                            message);
        }
    }
}

package io.transship.core.transfer;

import org.jspecify.annotations.Nullable;

/**
 * What became of one artifact.
 *
 * @param artifact as {@code repository:tag} or {@code repository@digest}
 * @param digest of its root manifest; absent if it was not found
 * @param message why it failed or was skipped; absent if it succeeded
 */
public record ArtifactOutcome(
        String artifact,
        Status status,
        @Nullable String digest,
        @Nullable String message) {

    /** How it ended. */
    public enum Status {
        SUCCEEDED,
        /** The target has it already, under the same tag and digest. */
        SKIPPED,
        FAILED
    }
}

package io.transship.core.pipeline.preview;

import org.jspecify.annotations.Nullable;

/**
 * What would become of one artifact.
 *
 * @param artifact as {@code repository:tag} or {@code repository@digest}
 * @param digest of its root manifest; absent if it was not found
 * @param previousDigest what its tag points to at the target; absent if there is no such tag, or for an export
 * @param bytes that would be sent for it
 * @param bytesSaved bytes of it that another artifact brings along, or that the target has
 * @param code what kind of problem it has, for programs; absent if it has none
 * @param message what would happen, where that needs words
 */
public record ArtifactPreview(
        String artifact,
        Effect effect,
        @Nullable String digest,
        @Nullable String previousDigest,
        long bytes,
        long bytesSaved,
        @Nullable String code,
        @Nullable String message) {

    /** What a run would do to it. */
    public enum Effect {
        EXPORT("Export"),
        CREATE_TAG("CreateTag"),
        KEEP_TAG("KeepTag"),
        MOVE_TAG("MoveTag"),
        FAIL("Fail");

        private final String label;

        Effect(String label) {
            this.label = label;
        }

        /** As answers show it. */
        public String label() {
            return label;
        }
    }
}

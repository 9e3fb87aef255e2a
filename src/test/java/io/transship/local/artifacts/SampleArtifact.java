package io.transship.local.artifacts;

/**
 * An artifact that was put into a registry.
 *
 * @param kind for people, such as {@code image for 2 platforms}
 * @param digest of its root manifest
 */
public record SampleArtifact(String repository, String tag, String digest, String kind) {

    /** {@code repository:tag}. */
    public String reference() {
        return repository + ":" + tag;
    }
}

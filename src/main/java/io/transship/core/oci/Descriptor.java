package io.transship.core.oci;

/**
 * What identifies content and is passed around in place of it.
 *
 * <p>Annotations, platform and URLs of a descriptor stay in the raw bytes of the manifest that holds it; nothing here
 * needs them.
 *
 * @param size in bytes, not negative
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md">image-spec 1.1, descriptor</a>
 */
public record Descriptor(MediaType mediaType, Digest digest, long size) {

    public Descriptor {
        if (size < 0) {
            throw new IllegalArgumentException("size of %s is negative: %d".formatted(digest, size));
        }
    }

    /** Describes bytes at hand, by SHA-256. */
    public static Descriptor of(MediaType mediaType, byte[] content) {
        return new Descriptor(mediaType, Digest.sha256Of(content), content.length);
    }

    @Override
    public String toString() {
        return "%s (%s, %,d bytes)".formatted(digest, mediaType, size);
    }
}

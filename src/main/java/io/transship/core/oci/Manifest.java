package io.transship.core.oci;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A manifest and the exact bytes it was read from. The bytes are the identity: they are carried unchanged and never
 * written anew from the parsed parts. Two manifests are equal if their descriptors are.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md">image-spec 1.1, manifest</a>
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md">image-spec 1.1, index</a>
 */
public abstract sealed class Manifest {

    /** Bytes that a manifest may have at most, as the distribution spec advises registries and ACR enforces. */
    public static final int MAX_SIZE = 4 * 1024 * 1024;

    private final Descriptor descriptor;
    private final byte[] raw;
    private final List<Descriptor> children;
    private final Optional<Descriptor> subject;

    private Manifest(Descriptor descriptor, byte[] raw, List<Descriptor> children, Optional<Descriptor> subject) {
        this.descriptor = descriptor;
        this.raw = raw;
        this.children = List.copyOf(children);
        this.subject = subject;
    }

    /**
     * Parses bytes whose digest the caller has verified or computed.
     *
     * @param descriptor of these very bytes; its media type decides what is read, except that bytes of a type we do not
     *     know are read by their shape
     * @throws InvalidManifestException if the bytes are no manifest, contradict their media type, or are a Docker schema 1
     *     manifest
     */
    public static Manifest parse(Descriptor descriptor, byte[] raw) throws InvalidManifestException {
        return ManifestParser.parse(descriptor, raw);
    }

    /** Media type, digest and size of the raw bytes. */
    public Descriptor descriptor() {
        return descriptor;
    }

    /** The bytes as they were read; the array is shared and must not be changed. */
    public byte[] raw() {
        return raw;
    }

    /** What this manifest refers to and needs to be complete, in its own order. */
    public List<Descriptor> children() {
        return children;
    }

    /** What this manifest is about (a signature's image, say). It may be absent from the registry. */
    public Optional<Descriptor> subject() {
        return subject;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Manifest that && descriptor.equals(that.descriptor);
    }

    @Override
    public int hashCode() {
        return descriptor.hashCode();
    }

    @Override
    public String toString() {
        return "manifest " + descriptor;
    }

    /** An image or artifact: its children are a config and layers, or the blobs of an artifact manifest. */
    public static final class ImageManifest extends Manifest {
        ImageManifest(Descriptor descriptor, byte[] raw, List<Descriptor> children, Optional<Descriptor> subject) {
            super(descriptor, raw, children, subject);
        }
    }

    /** A list of manifests, one for each platform for example. */
    public static final class ImageIndex extends Manifest {
        ImageIndex(Descriptor descriptor, byte[] raw, List<Descriptor> children, Optional<Descriptor> subject) {
            super(descriptor, raw, children, subject);
        }
    }
}

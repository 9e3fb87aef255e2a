package io.transship.core.oci;

import java.util.Locale;
import java.util.Set;

/**
 * The media type of content. Any text is carried as it is; the types that the transfer treats in a special way are named
 * here.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/media-types.md">image-spec 1.1, media types</a>
 */
public record MediaType(String value) {

    public static final MediaType OCI_MANIFEST = new MediaType("application/vnd.oci.image.manifest.v1+json");
    public static final MediaType OCI_INDEX = new MediaType("application/vnd.oci.image.index.v1+json");
    public static final MediaType OCI_ARTIFACT = new MediaType("application/vnd.oci.artifact.manifest.v1+json");
    public static final MediaType OCI_CONFIG = new MediaType("application/vnd.oci.image.config.v1+json");
    public static final MediaType OCI_LAYER = new MediaType("application/vnd.oci.image.layer.v1.tar+gzip");
    public static final MediaType OCI_EMPTY = new MediaType("application/vnd.oci.empty.v1+json");
    public static final MediaType DOCKER_MANIFEST =
            new MediaType("application/vnd.docker.distribution.manifest.v2+json");
    public static final MediaType DOCKER_LIST =
            new MediaType("application/vnd.docker.distribution.manifest.list.v2+json");
    public static final MediaType DOCKER_SCHEMA1 =
            new MediaType("application/vnd.docker.distribution.manifest.v1+json");
    public static final MediaType DOCKER_SCHEMA1_SIGNED =
            new MediaType("application/vnd.docker.distribution.manifest.v1+prettyjws");
    public static final MediaType OCTET_STREAM = new MediaType("application/octet-stream");

    private static final Set<MediaType> INDEXES = Set.of(OCI_INDEX, DOCKER_LIST);
    private static final Set<MediaType> MANIFESTS = Set.of(OCI_MANIFEST, OCI_ARTIFACT, DOCKER_MANIFEST);
    private static final Set<MediaType> SCHEMA1 = Set.of(DOCKER_SCHEMA1, DOCKER_SCHEMA1_SIGNED);

    public MediaType {
        if (value.isBlank() || value.length() > 255) {
            throw new InvalidReferenceException("media type is empty or longer than 255 characters");
        }
    }

    /** Reads a {@code Content-Type} value: parameters are dropped, letters are lowered. */
    public static MediaType ofContentType(String header) {
        int semicolon = header.indexOf(';');
        String type = semicolon < 0 ? header : header.substring(0, semicolon);
        return new MediaType(type.trim().toLowerCase(Locale.ROOT));
    }

    /** Whether content of this type lists other manifests. */
    public boolean isIndex() {
        return INDEXES.contains(this);
    }

    /** Whether content of this type is kept in a registry as a manifest: an index, an image or an artifact manifest. */
    public boolean isManifest() {
        return isIndex() || MANIFESTS.contains(this) || isSchema1();
    }

    /** Whether this is Docker's signed manifest of 2015, which names no config and no sizes. */
    public boolean isSchema1() {
        return SCHEMA1.contains(this);
    }

    /**
     * Whether content of this type is kept as a blob for certain. An index may list such content directly, as the cache
     * exports of BuildKit do.
     */
    public boolean isBlob() {
        return value.contains(".layer.")
                || value.contains(".rootfs.")
                || value.contains(".config.")
                || value.contains("cacheconfig")
                || equals(OCTET_STREAM)
                || equals(OCI_EMPTY);
    }

    /** Whether the licence of such a layer keeps it out of registries, so that it may be absent from its own. */
    public boolean isNonDistributable() {
        return value.contains(".nondistributable.") || value.contains(".foreign.");
    }

    @Override
    public String toString() {
        return value;
    }
}

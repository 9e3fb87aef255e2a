package io.transship.core.registry;

import io.transship.core.content.ContentLink;
import io.transship.core.content.ContentMismatchException;
import io.transship.core.content.ContentSource;
import io.transship.core.content.ManifestSource;
import io.transship.core.content.StreamSupplier;
import io.transship.core.oci.Descriptor;
import io.transship.core.oci.Manifest;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * One repository of a registry: what the transfer needs of the distribution API and no more. Thread-safe. Every method
 * blocks, retries what may be retried, and throws a {@link RegistryException} that names registry, repository, operation
 * and cause when the registry refuses or cannot be reached.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md">distribution-spec 1.1</a>
 */
public interface Repository extends ManifestSource, ContentSource {

    /** The name inside its registry. */
    String name();

    /**
     * What a tag or digest points to now, without fetching it.
     *
     * @return empty if the repository, the tag or the manifest does not exist
     */
    Optional<Descriptor> resolve(String tagOrDigest) throws IOException;

    /**
     * Fetches a manifest by tag or digest, with its exact bytes.
     *
     * @throws RegistryException with {@link RegistryException.Kind#NOT_FOUND} if there is none
     * @throws ContentMismatchException if the bytes do not have the digest that was asked for or announced
     */
    Manifest manifest(String tagOrDigest) throws IOException;

    /** Whether a blob is present in this repository. */
    boolean has(Descriptor blob) throws IOException;

    /**
     * Opens a blob from an offset to its end; the caller closes the stream. A connection that breaks is resumed by range
     * where the registry can. The bytes are not verified here.
     *
     * @throws RegistryException with {@link RegistryException.Kind#NOT_FOUND} if the blob is absent
     */
    @Override
    InputStream open(Descriptor blob, long offset) throws IOException;

    /** The way to a blob where the registry keeps it, for a service that is to fetch it by itself. Makes no request yet. */
    ContentLink link(Descriptor blob);

    /**
     * Uploads a blob. The body is opened again for each attempt. Nothing becomes visible unless all bytes arrived and have
     * the digest. A blob that is already present is not an error.
     *
     * @throws ContentMismatchException if the body is not the described content; not retried
     */
    void put(Descriptor blob, StreamSupplier body) throws IOException;

    /**
     * Makes a blob of another repository of the same registry present in this one without sending it.
     *
     * @return false if the registry did not do it (it may lack the blob, the right or the ability): upload it then
     */
    boolean mount(Descriptor blob, String fromRepository) throws IOException;

    /**
     * Stores a manifest under its digest or moves a tag to it. Storing the same again is not an error.
     *
     * @throws RegistryException if the registry refuses it, for example because a child is missing
     */
    void putManifest(Manifest manifest, String tagOrDigest) throws IOException;

    /** Whether the registry knows the repository: whether it can list tags of it, be there any or none. */
    boolean exists() throws IOException;

    /**
     * Proves the right to push: begins an upload and gives it up, so that nothing of it stays.
     *
     * @throws RegistryException with {@link RegistryException.Kind#FORBIDDEN} or {@link
     *     RegistryException.Kind#UNAUTHORIZED} if we may not push
     */
    void checkPush() throws IOException;

    /** All tags, read page by page; empty if the repository does not exist. */
    List<String> tags() throws IOException;
}

package io.transship.core.storage;

import io.transship.core.content.ContentLink;
import io.transship.core.content.RangeSource;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One blob container. Thread-safe. Every method blocks, retries what may be retried, and throws a
 * {@link StorageException} when the service refuses or cannot be reached.
 *
 * <p>A missing container is {@link StorageException.Kind#CONTAINER_NOT_FOUND} for every method.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/storageservices/understanding-block-blobs--append-blobs--and-page-blobs">
 *     Block blobs</a>
 */
public interface BlobContainer {

    /** The longest {@link #stageBlock} accepts, so that a block can be kept in memory and sent again. */
    int MAX_BLOCK_BYTES = 100 * 1024 * 1024;

    /** Blocks of one blob at most. */
    int MAX_BLOCKS = 50_000;

    /** Where it is. */
    ContainerUri uri();

    /** What is known of a committed blob; empty if there is none, also while blocks of it are only staged. */
    Optional<BlobProperties> find(BlobName name) throws IOException;

    /**
     * Opens a committed blob for reading by range. The source is pinned to the version of the given ETag: a range read
     * after the blob was replaced fails with {@link StorageException.Kind#CHANGED}.
     */
    RangeSource open(BlobProperties blob);

    /** Blobs whose names start with {@code prefix}, in the order of their names; all pages. */
    List<BlobProperties> list(String prefix) throws IOException;

    /**
     * Stages a block, which stays invisible until it is committed. Staging the same id again replaces the block. The array
     * may be used again after the method returns.
     *
     * @param id ASCII, at most 64 bytes, the same length for all blocks of a blob; encoded here
     */
    void stageBlock(BlobName name, String id, byte[] data, int offset, int length) throws IOException;

    /**
     * Stages a block of bytes that the service fetches by itself from another container, so that they do not pass through
     * this process. The bytes are of the version that the source is pinned to.
     *
     * <p>Whether a service can do so depends on both sides, and on what the source accepts: ask, and be ready to read the
     * range and {@link #stageBlock} it. It is cheap to ask again where the answer was no.
     *
     * @param source what {@link #open} of a container gave
     * @param length as for {@link #stageBlock}, at least 1
     * @return whether the block is staged; false if this service cannot fetch from this source
     * @throws StorageException {@link StorageException.Kind#CHANGED} if the source is another version by now; any other
     *     kind is about this container, as with {@link #stageBlock}
     */
    boolean stageBlockFrom(BlobName name, String id, RangeSource source, long offset, int length) throws IOException;

    /**
     * Stages a block of bytes that the service fetches by itself from where a registry keeps a content. Which bytes those are
     * is the word of whoever keeps them: nobody here sees them, and the block may even be shorter than was asked for.
     *
     * <p>A link whose address is refused is asked for another one, once for each block.
     *
     * @param offset in the content
     * @param length as for {@link #stageBlock}, at least 1
     * @return whether the block is staged; false if the registry leads nowhere, or if this service may not or cannot fetch
     *     from there: read the content and send it
     * @throws StorageException if the matter is with this container, as with {@link #stageBlock}
     */
    boolean stageBlockFrom(BlobName name, String id, ContentLink source, long offset, int length) throws IOException;

    /** The blocks that are staged and not committed, in no order; empty if there is no such blob at all. */
    List<StagedBlock> stagedBlocks(BlobName name) throws IOException;

    /** The blocks that a blob consists of, in their order; empty if there is no blob, or it was not made of blocks. */
    List<StagedBlock> committedBlocks(BlobName name) throws IOException;

    /**
     * Makes a blob of staged blocks appear, whole and at once. A block that the blob consists of already may be named again. Staged blocks that are not named are dropped.
     *
     * <p>If the answer to a first try is lost, the second one meets the blob that the first one made: with {@link
     * WriteMode#CREATE_NEW}, {@code ALREADY_EXISTS} may speak of the caller's own blob.
     *
     * @throws StorageException {@link StorageException.Kind#REJECTED} if a block is not staged, {@code ALREADY_EXISTS} or
     *     {@code CHANGED} as the mode says
     */
    BlobProperties commit(BlobName name, List<String> blockIds, WriteMode mode, Map<String, String> metadata)
            throws IOException;

    /** Writes a small blob whole. */
    BlobProperties write(BlobName name, byte[] content, WriteMode mode, Map<String, String> metadata)
            throws IOException;

    /**
     * Deletes a blob if it is still the version of the given ETag; a blob that is gone is not an error.
     *
     * @throws StorageException {@link StorageException.Kind#CHANGED} if it is another version
     */
    void delete(BlobName name, String etag) throws IOException;
}

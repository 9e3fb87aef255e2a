package io.transship.core.storage;

/** What can be asked of a container; for counting and for faults. */
public enum BlobOperation {
    FIND,
    OPEN_RANGE,
    LIST,
    STAGE_BLOCK,
    STAGE_BLOCK_FROM,
    STAGED_BLOCKS,
    COMMITTED_BLOCKS,
    COMMIT,
    WRITE,
    DELETE
}

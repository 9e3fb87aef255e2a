package io.transship.core.storage;

/** Whether a blob may take the place of another. */
public sealed interface WriteMode {

    /** Fails with {@link StorageException.Kind#ALREADY_EXISTS} if there is one ({@code If-None-Match: *}). */
    WriteMode CREATE_NEW = new CreateNew();

    /** Replaces whatever is there. */
    WriteMode OVERWRITE = new Overwrite();

    /** Replaces this version of it and fails with {@link StorageException.Kind#CHANGED} if there is another ({@code If-Match}). */
    static WriteMode replacing(BlobProperties version) {
        return new Replace(version.etag());
    }

    /** {@link #CREATE_NEW}. */
    record CreateNew() implements WriteMode {}

    /** {@link #OVERWRITE}. */
    record Overwrite() implements WriteMode {}

    /** {@link #replacing}. */
    record Replace(String etag) implements WriteMode {}
}

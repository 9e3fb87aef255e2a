package io.transship.core.storage;

/** Whether a blob may take the place of another. */
public enum WriteMode {
    /** Fails with {@link StorageException.Kind#ALREADY_EXISTS} if there is one ({@code If-None-Match: *}). */
    CREATE_NEW,
    /** Replaces whatever is there. */
    OVERWRITE
}

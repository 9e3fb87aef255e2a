package io.transship.core.storage;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a storage service refuses a request or cannot be reached. The message names the account, the container or
 * blob, what was tried, the service's error code and what to do next, and holds no secret.
 */
public final class StorageException extends IOException {

    /** What kind of refusal it is; decides whether trying again later can help. */
    public enum Kind {
        /** The container does not exist. */
        CONTAINER_NOT_FOUND(false),
        /** The blob does not exist. */
        BLOB_NOT_FOUND(false),
        /** {@link WriteMode#CREATE_NEW} met a blob. */
        ALREADY_EXISTS(false),
        /** The blob is another than the one whose ETag was given. */
        CHANGED(false),
        /** The SAS or the identity lacks a right, is expired or not known. A renewed secret may help. */
        ACCESS_DENIED(false),
        /** Throttled, no connection, a time-out or a 5xx, until retries were exhausted. */
        UNAVAILABLE(true),
        /** The service rejects what we sent. */
        REJECTED(false);

        private final boolean transientFault;

        Kind(boolean transientFault) {
            this.transientFault = transientFault;
        }

        /** Whether the same request may succeed later without anyone changing anything. */
        public boolean isTransient() {
            return transientFault;
        }
    }

    private final Kind kind;

    public StorageException(Kind kind, String message) {
        this(kind, message, null);
    }

    public StorageException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}

package io.transship.core.registry;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a registry refuses a request or cannot be reached. The message names the registry, what was tried, what it
 * answered and what to do next, and holds no secret.
 */
public final class RegistryException extends IOException {

    /** What kind of refusal it is; decides whether trying again later can help. */
    public enum Kind {
        /** The repository, manifest, tag or blob does not exist. */
        NOT_FOUND(false),
        /** The registry does not know us: credentials are missing, wrong or expired. */
        UNAUTHORIZED(false),
        /** The registry knows us and says no. */
        FORBIDDEN(false),
        /** 429 until retries were exhausted. */
        THROTTLED(true),
        /** No connection, a broken one, a time-out or a 5xx, until retries were exhausted. */
        UNAVAILABLE(true),
        /** The registry rejects what we sent, or answers against the specification. */
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

    public RegistryException(Kind kind, String message) {
        this(kind, message, null);
    }

    public RegistryException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}

package io.transship.core.storage;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Thrown when a secret cannot be read; the message names the secret, the cause and what to do next. */
public final class SecretException extends IOException {

    /** What kind of refusal it is; decides whether trying again later can help. */
    public enum Kind {
        /** There is no such secret or version. */
        NOT_FOUND(false),
        /** The secret is there and switched off. */
        DISABLED(false),
        /** The secret is there and its time is over. */
        EXPIRED(false),
        /** The identity may not read it. */
        FORBIDDEN(false),
        /** The vault's network rules shut this app out. */
        SHUT_OUT(false),
        /** The identity has no token for the vault. */
        NO_TOKEN(false),
        /** The vault rejects what we sent. */
        REJECTED(false),
        /** No connection, a time-out, throttled or a 5xx, until retries were exhausted. */
        UNAVAILABLE(true);

        private final boolean transientFault;

        Kind(boolean transientFault) {
            this.transientFault = transientFault;
        }
    }

    private final Kind kind;

    public SecretException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** Whether the same request may succeed later without anyone changing anything. */
    public boolean isTransient() {
        return kind.transientFault;
    }
}

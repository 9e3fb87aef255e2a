package io.transship.core.storage;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Thrown when a secret cannot be read; the message names the secret, the cause and what to do next. */
public final class SecretException extends IOException {

    private final boolean transientFault;

    public SecretException(String message, boolean transientFault, @Nullable Throwable cause) {
        super(message, cause);
        this.transientFault = transientFault;
    }

    /** Whether the same request may succeed later without anyone changing anything. */
    public boolean isTransient() {
        return transientFault;
    }
}

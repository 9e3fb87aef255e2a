package io.transship.core.registry.auth;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Thrown when there is no way to prove to a registry who we are; the message says why and what to do, without secrets. */
public final class AuthorizationException extends IOException {

    AuthorizationException(String message) {
        this(message, null);
    }

    AuthorizationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

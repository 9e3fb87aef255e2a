package io.transship.core.registry.auth;

import java.io.IOException;
import java.util.Optional;

/** Thrown when an identity has no token; knows the command that is most likely to help, if there is one for its kind. */
public final class NoTokenException extends IOException {

    private static final long serialVersionUID = 1L;

    private final String command;

    /**
     * A failure.
     *
     * @param message which identity, for what, why, and what to check; without secrets
     * @param command a line for a shell; empty if there is none
     */
    public NoTokenException(String message, String command, Throwable cause) {
        super(message, cause);
        this.command = command;
    }

    /** A line for a shell; what cannot be known is in angle brackets. */
    public Optional<String> command() {
        return Optional.of(command).filter(line -> !line.isEmpty());
    }
}

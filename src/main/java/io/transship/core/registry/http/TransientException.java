package io.transship.core.registry.http;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Thrown inside {@link Retries} by an attempt that failed in a way which another attempt may not. */
public final class TransientException extends IOException {

    private final IOException failure;
    private final @Nullable Duration retryAfter;

    /**
     * Marks a failure as worth another attempt.
     *
     * @param failure what the caller of {@link Retries} sees when no attempt is left
     * @param retryAfter how long the peer asks to wait, if it does
     */
    public TransientException(IOException failure, @Nullable Duration retryAfter) {
        super(failure.getMessage(), failure);
        this.failure = failure;
        this.retryAfter = retryAfter;
    }

    /** What the caller sees when no attempt is left. */
    public IOException failure() {
        return failure;
    }

    /** How long the peer asks to wait; absent if it does not say. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}

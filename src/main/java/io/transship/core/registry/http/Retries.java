package io.transship.core.registry.http;

import io.transship.core.content.Sleeper;
import io.transship.core.http.HttpResponse;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The one layer that tries again: exponential backoff with full jitter, or what {@code Retry-After} asks for. Thread-safe
 * if its source of randomness is.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#field.retry-after">RFC 9110, Retry-After</a>
 */
public final class Retries {

    /** One try of the whole exchange. */
    @FunctionalInterface
    public interface Attempt<T> {

        /**
         * Tries once.
         *
         * @param number counts from one
         * @throws TransientException if another attempt may succeed
         */
        T run(int number) throws IOException;
    }

    private final RetryPolicy policy;
    private final Sleeper sleeper;
    private final RandomGenerator random;
    private final Clock clock;
    private final Consumer<IOException> listener;

    /**
     * Puts it together.
     *
     * @param listener hears of each failure after which there is another attempt
     */
    public Retries(
            RetryPolicy policy, Sleeper sleeper, RandomGenerator random, Clock clock, Consumer<IOException> listener) {
        this.policy = policy;
        this.sleeper = sleeper;
        this.random = random;
        this.clock = clock;
        this.listener = listener;
    }

    /** Attempts that are made at most. */
    public int attempts() {
        return policy.attempts();
    }

    /** Runs attempts until one succeeds, one fails for good, or none is left. */
    public <T> T run(Attempt<T> attempt) throws IOException {
        for (int number = 1; ; number++) {
            try {
                return attempt.run(number);
            } catch (TransientException e) {
                Duration asked = e.retryAfter();
                if (number >= policy.attempts() || (asked != null && asked.compareTo(policy.maxRetryAfter()) > 0)) {
                    throw e.failure();
                }
                listener.accept(e.failure());
                pause(asked != null ? asked : backoff(number));
            }
        }
    }

    /** Waits as before the attempt that follows the given one. */
    public void pauseAfter(int number) throws IOException {
        pause(backoff(number));
    }

    /** Whether trying again may help with this status. 501 and 505 say that it never will. */
    public static boolean isTransient(int status) {
        return status == 408 || status == 429 || (status >= 500 && status != 501 && status != 505);
    }

    /** How long a response asks to wait; absent if it does not say or says it in no known way. */
    public @Nullable Duration retryAfter(HttpResponse response) {
        return response.retryAfter(clock.instant());
    }

    private Duration backoff(int number) {
        long cap = policy.maxDelay().toMillis();
        long bound = Math.min(cap, policy.firstDelay().toMillis() << Math.min(number - 1, 20));
        return Duration.ofMillis(bound <= 0 ? 0 : random.nextLong(bound + 1));
    }

    private void pause(Duration duration) throws IOException {
        try {
            sleeper.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting to try again");
        }
    }
}

package io.transship.core.registry.http;

import java.time.Duration;

/**
 * How often and how patiently a failed exchange is tried again.
 *
 * @param attempts including the first, at least one
 * @param firstDelay upper bound of the wait before the second attempt; doubles with each further one
 * @param maxDelay upper bound of any wait of our own choice
 * @param maxRetryAfter the longest wait that a peer may ask for; a peer that asks for more is tried no further
 */
public record RetryPolicy(int attempts, Duration firstDelay, Duration maxDelay, Duration maxRetryAfter) {

    /** Five attempts within about half a minute, a minute at most where a peer asks for it. */
    public static final RetryPolicy DEFAULT =
            new RetryPolicy(5, Duration.ofSeconds(1), Duration.ofSeconds(20), Duration.ofSeconds(60));

    public RetryPolicy {
        if (attempts < 1 || firstDelay.isNegative() || maxDelay.isNegative() || maxRetryAfter.isNegative()) {
            throw new IllegalArgumentException("a retry policy needs at least one attempt and no negative delays");
        }
    }

    /** This policy with another number of attempts. */
    public RetryPolicy withAttempts(int count) {
        return new RetryPolicy(count, firstDelay, maxDelay, maxRetryAfter);
    }
}

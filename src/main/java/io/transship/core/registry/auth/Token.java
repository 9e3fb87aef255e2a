package io.transship.core.registry.auth;

import java.time.Duration;
import java.time.Instant;

/**
 * A token and when to stop using it.
 *
 * @param expiry a minute before it really expires, or halfway there if it lives for less than two
 */
record Token(String value, Instant expiry) {

    private static final Duration EARLY = Duration.ofSeconds(60);

    static Token of(String value, Instant now, Duration lifetime) {
        Duration half = lifetime.dividedBy(2);
        return new Token(value, now.plus(lifetime).minus(half.compareTo(EARLY) < 0 ? half : EARLY));
    }

    boolean isFresh(Instant now) {
        return now.isBefore(expiry);
    }

    @Override
    public String toString() {
        return "token until " + expiry;
    }
}

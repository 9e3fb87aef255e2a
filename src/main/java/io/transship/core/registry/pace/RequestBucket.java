package io.transship.core.registry.pace;

import io.transship.core.content.Sleeper;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The token bucket of one class of requests at one registry. After a refusal its rate is half of what was sent before, and
 * what could be sent at once is gone; then the rate grows back by equal steps (additive increase, multiplicative decrease),
 * to the limit, or until there is none where there was none. Whoever comes first goes first. Thread-safe.
 *
 * <p>Rates are requests a second.
 */
final class RequestBucket {

    /** The rate of a bucket without a limit. */
    static final double UNLIMITED = Double.POSITIVE_INFINITY;

    /** So slow that a handful of waiting requests is over within a minute. */
    static final double SLOWEST = 1;

    /** What is let through at once after a minute without a request, in seconds of the limit. */
    static final int BURST_SECONDS = 60;

    /** No refusal holds a class for longer. */
    static final Duration LONGEST_HOLD = Duration.ofMinutes(1);

    /** Whoever is refused at once was refused for what others did, and half of nearly nothing would be too little. */
    private static final double ASSUMED = 10;

    /** How long it takes from next to nothing to a limit. */
    private static final double RECOVERY_SECONDS = 120;

    /** Without a limit: so much faster than before the refusal, or than this, and the bucket lets everything through. */
    private static final double FREE = 2 * ASSUMED;

    private static final double SLOWEST_GROWTH = 0.5;

    /** Over how many seconds what was sent is averaged, older requests counting less. */
    private static final double MEMORY_SECONDS = 3;

    private static final double NANOS = 1e9;

    private final double limit;
    private final Clock clock;
    private final Sleeper sleeper;

    /** Held by the one who waits next, so that nobody overtakes. */
    private final ReentrantLock turn = new ReentrantLock(true);

    private double rate;
    private double growth;
    private double free = UNLIMITED;
    private double tokens;
    private double sent;
    private int cuts;
    private Instant updated;
    private Instant heldUntil = Instant.MIN;

    /**
     * Starts full.
     *
     * @param limit {@link #UNLIMITED} for none
     */
    RequestBucket(double limit, Clock clock, Sleeper sleeper) {
        this.limit = limit;
        this.clock = clock;
        this.sleeper = sleeper;
        this.rate = limit;
        this.updated = clock.instant();
        this.tokens = capacity();
    }

    /**
     * How a request was let through.
     *
     * @param cut how often the rate had been cut until then
     */
    record Pass(int cut, boolean hasWaited) {}

    /** A token, or the pause until there is one. */
    private record Attempt(Duration pause, int cut) {}

    /** Waits until one more request may be sent. */
    Pass take() throws InterruptedException {
        boolean hasWaited = turn.hasQueuedThreads();
        turn.lockInterruptibly();
        try {
            Attempt attempt = attempt();
            while (attempt.pause().isPositive()) {
                hasWaited = true;
                sleeper.sleep(attempt.pause());
                attempt = attempt();
            }
            return new Pass(attempt.cut(), hasWaited);
        } finally {
            turn.unlock();
        }
    }

    /**
     * Learns that a request was refused. What was under way together is refused together, and counts once.
     *
     * @param retryAfter how long the registry asks to wait, if it does
     * @return whether the rate was cut
     */
    synchronized boolean refused(Pass pass, @Nullable Duration retryAfter) {
        Instant now = refilled();
        if (retryAfter != null) {
            Instant end = now.plus(retryAfter.compareTo(LONGEST_HOLD) < 0 ? retryAfter : LONGEST_HOLD);
            heldUntil = end.isAfter(heldUntil) ? end : heldUntil;
        }
        if (pass.cut() != cuts) {
            return false;
        }
        cuts++;
        double before = Math.min(rate, Math.max(sent / MEMORY_SECONDS, ASSUMED));
        rate = Math.min(limit, Math.max(SLOWEST, before / 2));
        growth = limit == UNLIMITED ? Math.max(SLOWEST_GROWTH, before / 60) : limit / RECOVERY_SECONDS;
        free = limit == UNLIMITED ? Math.max(FREE, 2 * before) : limit;
        tokens = 0;
        return true;
    }

    /** What it lets through in the long run, at this moment. */
    synchronized double rate() {
        refilled();
        return rate;
    }

    /** Takes one token, or says how long there is none yet. */
    private synchronized Attempt attempt() {
        Instant now = refilled();
        if (now.isBefore(heldUntil)) {
            return new Attempt(Duration.between(now, heldUntil), cuts);
        }
        if (rate != UNLIMITED) {
            if (tokens < 1) {
                return new Attempt(Duration.ofNanos((long) Math.ceil((1 - tokens) / rate * NANOS) + 1), cuts);
            }
            tokens--;
        }
        sent++;
        return new Attempt(Duration.ZERO, cuts);
    }

    private Instant refilled() {
        Instant now = clock.instant();
        // A clock that is set back gives nothing and takes nothing.
        double seconds = Math.max(0, Duration.between(updated, now).toNanos() / NANOS);
        updated = now;
        sent *= Math.exp(-seconds / MEMORY_SECONDS);
        if (rate != UNLIMITED) {
            double gained = seconds * rate;
            double grown = rate + seconds * growth;
            rate = grown < free ? grown : limit;
            tokens = Math.min(capacity(), tokens + gained);
        }
        return now;
    }

    /** While a registry is too busy for us there is no burst. */
    private double capacity() {
        return rate < limit || limit == UNLIMITED ? Math.max(1, rate) : Math.max(1, limit * BURST_SECONDS);
    }
}

package io.transship.core.transfer;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * When a worker should stop taking up new work and hand the rest on, so that the platform never cuts it off. Thread-safe.
 */
public final class Deadline {

    private final Clock clock;
    private final Instant at;

    private Deadline(Clock clock, Instant at) {
        this.clock = clock;
        this.at = at;
    }

    public static Deadline in(Duration time, Clock clock) {
        return new Deadline(clock, clock.instant().plus(time));
    }

    public boolean isPassed() {
        return !clock.instant().isBefore(at);
    }
}

package io.transship.core.registry.pace;

import io.transship.core.content.Sleeper;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * Time that passes only while someone sleeps, and at once: whoever sleeps moves the clock to the moment of waking, unless
 * it is later already, so that those who sleep side by side do not add up. Safe for use by several threads.
 */
final class SharedTime extends Clock implements Sleeper {

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private Duration slept = Duration.ZERO;

    @Override
    public synchronized Instant instant() {
        return now;
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        pass(duration);
    }

    synchronized void pass(Duration duration) {
        Instant end = instant().plus(duration);
        slept = slept.plus(duration);
        now = end.isAfter(now) ? end : now;
    }

    /** All sleeps one after the other. */
    synchronized Duration slept() {
        return slept;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}

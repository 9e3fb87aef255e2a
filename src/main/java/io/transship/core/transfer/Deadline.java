package io.transship.core.transfer;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;

/**
 * When a worker should stop: taking up new work, and handing the rest on, so that the platform never cuts it off; or at once,
 * because nobody wants the work any more. Thread-safe.
 */
public final class Deadline {

    private final Clock clock;
    private final Instant at;
    private final BooleanSupplier canceled;

    private Deadline(Clock clock, Instant at, BooleanSupplier canceled) {
        this.clock = clock;
        this.at = at;
        this.canceled = canceled;
    }

    public static Deadline in(Duration time, Clock clock) {
        return new Deadline(clock, clock.instant().plus(time), () -> false);
    }

    /**
     * The same one, for work that can be canceled.
     *
     * @param isCanceled asked often and from several threads: it only looks at what is known
     */
    public Deadline orWhen(BooleanSupplier isCanceled) {
        return new Deadline(clock, at, isCanceled);
    }

    public boolean isPassed() {
        return !clock.instant().isBefore(at);
    }

    /**
     * Lets work go on that was begun, whatever the time is.
     *
     * @throws TransferCanceledException if nobody wants it any more
     */
    public void requireWanted() throws TransferCanceledException {
        if (canceled.getAsBoolean()) {
            throw new TransferCanceledException("the transfer was canceled");
        }
    }
}

package io.transship.core.pipeline.preflight;

import io.transship.core.transfer.Deadline;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks what may never be answered: each question has a time, and all of them together. Thread-safe. */
final class Probes {

    private final Preflight.Limits limits;
    private final Deadline deadline;

    /** The time of all begins now. */
    Probes(Preflight.Limits limits, Clock clock) {
        this.limits = limits;
        this.deadline = Deadline.in(limits.whole(), clock);
    }

    Preflight.Limits limits() {
        return limits;
    }

    /**
     * Asks one question.
     *
     * @throws TimeoutException with a message for the operator, if there was no answer in time or no time left to ask
     * @throws Exception what the question itself throws
     */
    <T> T ask(Hop hop, Callable<T> question) throws Exception {
        if (deadline.isPassed()) {
            throw new TimeoutException("not tried, since the hops before took more than %d seconds in all"
                    .formatted(limits.whole().toSeconds()));
        }
        Duration limit = hop.isOfNetwork() ? limits.connect() : limits.answer();
        FutureTask<T> task = new FutureTask<>(question);
        // Not a virtual thread: one that waits for a name server sits in native code and takes a carrier from all
        // others.
        Thread.ofPlatform().daemon().name("preflight-" + hop.label()).start(task);
        try {
            return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } catch (TimeoutException e) {
            TimeoutException late = new TimeoutException("no answer within %d seconds".formatted(limit.toSeconds()));
            late.initCause(e);
            throw late;
        } finally {
            task.cancel(true);
        }
    }
}

package io.transship.core.pipeline.run;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When what happened to a run.
 *
 * @param createdAt when the resource was created
 * @param requestedAt when this execution was asked for; see {@link ExecutionId}
 * @param triggeredAt when the arriving archive created the run; absent if a request did
 * @param startedAt when its first step began
 * @param movingAt when its leg began to move
 * @param changedAt when it was last changed
 */
public record RunTimes(
        Instant createdAt,
        Instant requestedAt,
        @Nullable Instant triggeredAt,
        @Nullable Instant startedAt,
        @Nullable Instant movingAt,
        Instant changedAt,
        @Nullable Instant finishedAt) {

    static RunTimes of(Instant now, @Nullable Instant triggeredAt) {
        return new RunTimes(now, now, triggeredAt, null, null, now, null);
    }

    RunTimes again(Instant now) {
        // Two executions of one run never have the same time, whatever the clock says.
        Instant requested = now.isAfter(requestedAt) ? now : requestedAt.plusNanos(1_000);
        return new RunTimes(createdAt, requested, triggeredAt, null, null, requested, null);
    }

    RunTimes started(Instant now) {
        return startedAt != null
                ? this
                : new RunTimes(createdAt, requestedAt, triggeredAt, now, movingAt, changedAt, finishedAt);
    }

    RunTimes moving(Instant now) {
        return new RunTimes(createdAt, requestedAt, triggeredAt, startedAt, now, changedAt, finishedAt);
    }

    RunTimes changed(Instant now) {
        return new RunTimes(createdAt, requestedAt, triggeredAt, startedAt, movingAt, now, finishedAt);
    }

    RunTimes finished(Instant now) {
        return new RunTimes(createdAt, requestedAt, triggeredAt, startedAt, movingAt, now, now);
    }
}

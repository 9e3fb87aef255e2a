package io.transship.core.pipeline.upkeep;

import io.transship.core.pipeline.request.RunRemover;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.PipelineRuns;
import io.transship.core.pipeline.run.PipelineRuns.Versioned;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Removes runs that have been over for long enough. Thread-safe. */
public final class RunRetention {

    private static final int AT_ONCE = 200;

    private final PipelineRuns runs;
    private final RunRemover remover;
    private final Optional<Duration> age;
    private final Clock clock;

    /**
     * Puts the retention together.
     *
     * @param age how long a run stays after it is over; empty for ever
     */
    public RunRetention(PipelineRuns runs, RunRemover remover, Optional<Duration> age, Clock clock) {
        this.runs = runs;
        this.remover = remover;
        this.age = age;
        this.clock = clock;
    }

    /** Removes what is too old and tells how many runs that were. */
    public int purge() throws IOException {
        if (age.isEmpty()) {
            return 0;
        }
        Instant before = clock.instant().minus(age.get());
        int removed = 0;
        int most = AT_ONCE;
        while (true) {
            List<PipelineRun> old = runs.createdBefore(before, most);
            int removedNow = removeSome(old, before);
            removed += removedNow;
            if (removedNow == 0 && old.size() < most) {
                return removed;
            }
            // Old runs that were run again lately stay; those behind them must not.
            most = removedNow == 0 ? most * 2 : most;
        }
    }

    private int removeSome(List<PipelineRun> old, Instant before) throws IOException {
        int removed = 0;
        for (PipelineRun run : old) {
            Optional<Versioned> now = runs.find(run.id()).filter(found -> isTooOld(found.run(), before));
            if (now.isPresent() && remover.remove(now.get())) {
                removed++;
            }
        }
        return removed;
    }

    private static boolean isTooOld(PipelineRun run, Instant before) {
        Instant finished = run.times().finishedAt();
        return finished != null && finished.isBefore(before);
    }
}

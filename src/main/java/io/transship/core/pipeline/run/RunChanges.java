package io.transship.core.pipeline.run;

import io.transship.core.pipeline.run.PipelineRuns.Versioned;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Changes runs that others change too. Thread-safe. */
public final class RunChanges {

    /** Writers of one run that come in between; more can only be a fault. */
    private static final int MAX_CONFLICTS = 100;

    private final PipelineRuns runs;
    private final Clock clock;

    public RunChanges(PipelineRuns runs, Clock clock) {
        this.runs = runs;
        this.clock = clock;
    }

    /**
     * Makes a change from the current version, as often as others were faster. A run that is on another execution by now is
     * left alone.
     *
     * @return the run as it is afterwards
     * @throws IOException if the run is gone or cannot be read or written
     */
    public PipelineRun apply(ExecutionId execution, UnaryOperator<PipelineRun> change) throws IOException {
        for (int attempt = 0; attempt < MAX_CONFLICTS; attempt++) {
            Optional<Versioned> current = runs.find(execution.run());
            if (current.isEmpty()) {
                throw new IOException("run '%s' is gone".formatted(execution.run()));
            }
            PipelineRun run = current.get().run();
            PipelineRun changed = run.execution().equals(execution) ? change.apply(run) : run;
            if (changed.equals(run)) {
                return run;
            }
            changed = changed.changedAt(clock.instant());
            if (runs.replace(changed, current.get().version())) {
                return changed;
            }
        }
        throw new IOException("run '%s' is changed by others all the time".formatted(execution.run()));
    }

    /** Makes a change if the run is as expected; false if it is not, be it that another worker has just made the change. */
    public boolean applyIf(ExecutionId execution, Predicate<PipelineRun> expected, UnaryOperator<PipelineRun> change)
            throws IOException {
        AtomicBoolean made = new AtomicBoolean();
        apply(execution, run -> {
            made.set(expected.test(run));
            return made.get() ? change.apply(run) : run;
        });
        return made.get();
    }
}

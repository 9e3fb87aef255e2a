package io.transship.core.pipeline.execution;

import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.PipelineRuns;
import io.transship.core.pipeline.run.PipelineRuns.Versioned;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Changes runs that others change too. Thread-safe. */
final class RunChanges {

    /** Writers of one run that come in between; more can only be a fault. */
    private static final int MAX_CONFLICTS = 100;

    private final PipelineRuns runs;

    RunChanges(PipelineRuns runs) {
        this.runs = runs;
    }

    /** Makes a change from the current version, as often as others were faster; gives the run as it is afterwards. */
    PipelineRun apply(ResourceId id, UnaryOperator<PipelineRun> change) throws IOException {
        for (int attempt = 0; attempt < MAX_CONFLICTS; attempt++) {
            Versioned current = runs.find(id).orElseThrow(() -> new IOException("run '%s' is gone".formatted(id)));
            PipelineRun changed = change.apply(current.run());
            if (changed.equals(current.run()) || runs.replace(changed, current.version())) {
                return changed;
            }
        }
        throw new IOException("run '%s' is changed by others all the time".formatted(id));
    }

    /** Makes a change if the run is as expected; false if it is not, be it that another worker has just made the change. */
    boolean applyIf(ResourceId id, Predicate<PipelineRun> expected, UnaryOperator<PipelineRun> change)
            throws IOException {
        AtomicBoolean made = new AtomicBoolean();
        apply(id, run -> {
            made.set(expected.test(run));
            return made.get() ? change.apply(run) : run;
        });
        return made.get();
    }
}

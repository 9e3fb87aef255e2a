package io.transship.core.pipeline.request;

import io.transship.core.pipeline.ResourceConflictException;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.run.Leg;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.PipelineRuns;
import io.transship.core.pipeline.run.PipelineRuns.Versioned;
import io.transship.core.pipeline.run.RunChanges;
import io.transship.core.pipeline.run.RunProgress;
import io.transship.core.pipeline.run.RunStatus;
import java.io.IOException;
import java.time.Clock;

/**
 * Cancels runs. The run is over at once; the workers on it notice within seconds, and nothing of it becomes visible any
 * more. Thread-safe.
 */
public final class RunCanceler {

    private final PipelineRuns runs;
    private final RunChanges changes;
    private final Clock clock;

    public RunCanceler(PipelineRuns runs, RunChanges changes, Clock clock) {
        this.runs = runs;
        this.changes = changes;
        this.clock = clock;
    }

    /**
     * Cancels a run; one that was canceled before stays as it is.
     *
     * @return the run, whose message says what was done so far and what becomes of it
     * @throws ResourceConflictException if there is no such run, or if it is over or just about to end
     */
    public PipelineRun cancel(ResourceId id) throws IOException {
        PipelineRun run = runs.find(id).map(Versioned::run).orElseThrow(() -> ResourceConflictException.noRun(id));
        RunProgress reached = RunView.of(runs, run).progress();
        PipelineRun after = changes.apply(
                run.execution(),
                current -> current.status().isFinal() || current.committing()
                        ? current
                        : current.canceled(clock.instant(), account(current, reached), reached));
        if (after.status() == RunStatus.CANCELED) {
            return after;
        }
        throw new ResourceConflictException(
                ResourceConflictException.Kind.WRONG_STATE,
                after.status().isFinal()
                        ? "run '%s' is over (%s) and cannot be canceled"
                                .formatted(id.name(), after.status().label())
                        : "run '%s' is making its result visible and cannot be canceled any more; it ends within seconds"
                                .formatted(id.name()));
    }

    private static String account(PipelineRun run, RunProgress reached) {
        String source = run.leg() == Leg.RELAY
                ? "; the exported archive '%s' is complete and stays in the source container".formatted(run.archive())
                : "";
        if (run.plan() == null) {
            return "canceled by request before anything was %s%s"
                    .formatted(run.leg() == Leg.RELAY ? "relayed" : "moved", source);
        }
        String done = switch (run.leg()) {
            case EXPORT, RELAY ->
                "no archive '%s' was made; %,d bytes of it are staged at the %s container, which nobody sees and Storage drops within a week"
                        .formatted(run.archive(), reached.bytesDone(), run.leg() == Leg.EXPORT ? "source" : "target");
            case IMPORT ->
                "no tag was moved; %,d bytes of content were sent, which no tag leads to and the registry's garbage collection removes"
                        .formatted(reached.bytesSent());
        };
        return "canceled by request while it was %s: %s%s"
                .formatted(run.status().label(), done, source);
    }
}

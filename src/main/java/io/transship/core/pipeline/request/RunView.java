package io.transship.core.pipeline.request;

import io.transship.core.pipeline.DamagedRecordException;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.PipelineRuns;
import io.transship.core.pipeline.run.RunOutcomes;
import io.transship.core.pipeline.run.RunProgress;
import io.transship.core.transfer.artifact.ArtifactOutcome;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A run as people see it: with the progress of its leg and what became of its artifacts. */
public record RunView(PipelineRun run, RunProgress progress, List<ArtifactOutcome> outcomes) {

    private static final System.Logger LOG = System.getLogger(RunView.class.getName());

    public RunView {
        outcomes = List.copyOf(outcomes);
    }

    /** Looks at a run. */
    public static RunView of(PipelineRuns runs, PipelineRun run) throws IOException {
        RunProgress reached = run.progress();
        if (reached == null) {
            reached = run.plan() == null
                    ? RunProgress.NONE
                    : RunProgress.of(run.plan(), runs.slices(run.execution(), run.leg(), run.generation()));
        }
        return new RunView(run, reached, outcomes(runs, run));
    }

    /** A run is shown, canceled and deleted all the same when its outcomes cannot be read. */
    private static List<ArtifactOutcome> outcomes(PipelineRuns runs, PipelineRun run) throws IOException {
        try {
            return RunOutcomes.of(runs, run).all();
        } catch (DamagedRecordException e) {
            LOG.log(System.Logger.Level.WARNING, String.valueOf(e.getMessage()));
            return List.of();
        }
    }

    /** How fast the leg moves, on average since it began to; absent if that cannot be said. */
    public OptionalLong bytesPerSecond(Instant now) {
        return progress.bytesPerSecond(run, now);
    }

    /** How long the leg will go on at that rate; absent if that cannot be said. */
    public Optional<Duration> timeLeft(Instant now) {
        return progress.timeLeft(run, now);
    }
}

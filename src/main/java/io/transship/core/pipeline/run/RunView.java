package io.transship.core.pipeline.run;

import io.transship.core.transfer.ArtifactOutcome;
import java.io.IOException;
import java.util.List;

/**
 * A run as people see it: with the progress of its leg and what became of its artifacts.
 *
 * @param bytesDone bytes of the leg that are at the target
 * @param bytesSent bytes sent for them, over all attempts
 * @param bytesSaved bytes that need not be sent
 */
public record RunView(
        PipelineRun run,
        int slicesDone,
        long bytesDone,
        long bytesSent,
        long bytesSaved,
        List<ArtifactOutcome> outcomes) {

    /** Looks at a run. */
    public static RunView of(PipelineRuns runs, PipelineRun run) throws IOException {
        List<SliceProgress> slices = runs.slices(run.id(), run.leg(), run.generation());
        return new RunView(
                run,
                (int) slices.stream().filter(SliceProgress::done).count(),
                slices.stream().mapToLong(SliceProgress::bytesDone).sum(),
                slices.stream().mapToLong(SliceProgress::bytesSent).sum(),
                slices.stream().mapToLong(SliceProgress::bytesSaved).sum(),
                RunOutcomes.of(runs, run).all());
    }
}

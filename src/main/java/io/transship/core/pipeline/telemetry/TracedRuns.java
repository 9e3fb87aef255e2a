package io.transship.core.pipeline.telemetry;

import io.transship.core.pipeline.Page;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.RunTrace;
import io.transship.core.pipeline.run.ExecutionId;
import io.transship.core.pipeline.run.Leg;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.PipelineRuns;
import io.transship.core.pipeline.run.RunOutcomes;
import io.transship.core.pipeline.run.RunStatus;
import io.transship.core.pipeline.run.SliceProgress;
import io.transship.core.transfer.artifact.ArtifactOutcome;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Runs as their telemetry sees them: each execution is kept together with the trace of what asked for it, and each end is
 * told. All ways to start and end a run lead through here, so none is forgotten, and since a run is only changed by whoever
 * read its current version, an end is told once. Thread-safe.
 */
public final class TracedRuns implements PipelineRuns {

    private final PipelineRuns runs;
    private final RunTelemetry telemetry;

    public TracedRuns(PipelineRuns runs, RunTelemetry telemetry) {
        this.runs = runs;
        this.telemetry = telemetry;
    }

    @Override
    public boolean create(PipelineRun run) throws IOException {
        return runs.create(traced(run));
    }

    @Override
    public boolean replace(PipelineRun run, String version) throws IOException {
        if (!run.status().isFinal()) {
            return runs.replace(run.status() == RunStatus.QUEUED ? traced(run) : run, version);
        }
        // Something may also be added to what is over, which is no second end.
        boolean ends = find(run.id())
                .filter(before -> !before.run().status().isFinal())
                .isPresent();
        if (!runs.replace(run, version)) {
            return false;
        }
        if (ends) {
            telemetry.ended(run, outcomes(run));
        }
        return true;
    }

    private PipelineRun traced(PipelineRun run) {
        return run.trace().parent() == null
                ? telemetry
                        .traceparent()
                        .map(parent ->
                                run.traced(new RunTrace(parent, run.trace().archive())))
                        .orElse(run)
                : run;
    }

    /** The run is over, whether or not they can be read. */
    private List<ArtifactOutcome> outcomes(PipelineRun run) {
        try {
            return RunOutcomes.of(runs, run).all();
        } catch (IOException e) {
            return List.of();
        }
    }

    @Override
    public Optional<Versioned> find(ResourceId id) throws IOException {
        return runs.find(id);
    }

    @Override
    public boolean delete(ResourceId id, String version) throws IOException {
        return runs.delete(id, version);
    }

    @Override
    public Page<PipelineRun> list(String scope, int most, Optional<String> from) throws IOException {
        return runs.list(scope, most, from);
    }

    @Override
    public List<ExecutionId> unsettled() throws IOException {
        return runs.unsettled();
    }

    @Override
    public void settle(ExecutionId execution) throws IOException {
        runs.settle(execution);
    }

    @Override
    public List<PipelineRun> createdBefore(Instant time, int most) throws IOException {
        return runs.createdBefore(time, most);
    }

    @Override
    public void putSlice(ExecutionId execution, SliceProgress progress) throws IOException {
        runs.putSlice(execution, progress);
    }

    @Override
    public void noteProgress(ExecutionId execution, SliceProgress progress) throws IOException {
        runs.noteProgress(execution, progress);
    }

    @Override
    public List<SliceProgress> slices(ExecutionId execution, Leg leg, int generation) throws IOException {
        return runs.slices(execution, leg, generation);
    }

    @Override
    public byte[] keepDocument(ExecutionId execution, String name, byte[] content) throws IOException {
        return runs.keepDocument(execution, name, content);
    }

    @Override
    public Optional<byte[]> document(ExecutionId execution, String name) throws IOException {
        return runs.document(execution, name);
    }
}

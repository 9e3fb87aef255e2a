package io.transship.core.pipeline.execution;

import io.transship.core.pipeline.Pipeline;
import io.transship.core.pipeline.run.Leg;
import io.transship.core.pipeline.run.LegPlan;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.PipelineRuns;
import io.transship.core.pipeline.run.RunChanges;
import io.transship.core.pipeline.run.RunOutcomes;
import io.transship.core.pipeline.run.RunProgress;
import io.transship.core.pipeline.run.RunStatus;
import io.transship.core.pipeline.run.SliceProgress;
import io.transship.core.pipeline.run.Step;
import io.transship.core.pipeline.run.StepQueue;
import io.transship.core.transfer.TransferCanceledException;
import io.transship.core.transfer.artifact.ArtifactOutcome;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Executes seal steps: makes what a leg moved visible, and what comes after that. Thread-safe. */
final class Sealing {

    private final PipelineRuns runs;
    private final LegWorks works;
    private final RunChanges changes;
    private final StepQueue queue;
    private final Clock clock;

    Sealing(PipelineRuns runs, LegWorks works, RunChanges changes, StepQueue queue, Clock clock) {
        this.runs = runs;
        this.works = works;
        this.changes = changes;
        this.queue = queue;
        this.clock = clock;
    }

    String seal(PipelineRun run, Pipeline pipeline, LegPlan plan) throws IOException {
        PipelineRun sealing = changes.apply(
                run.execution(), r -> r.status() == RunStatus.MOVING && r.isOnSamePlanAs(run) ? r.sealing() : r);
        if (sealing.status() != RunStatus.SEALING || !sealing.isOnSamePlanAs(run)) {
            return "ignored a seal of %s: the run is %s"
                    .formatted(run.label(), sealing.status().label());
        }
        List<SliceProgress> slices = runs.slices(run.execution(), run.leg(), run.generation());
        return switch (works.of(run, pipeline).seal(plan, slices, () -> commit(run))) {
            case LegWork.Sealed.Incomplete incomplete -> moveAgain(run, again(plan, slices, incomplete.slices()));
            case LegWork.Sealed.Done done -> finish(run, pipeline, done.outcomes(), RunProgress.of(plan, slices));
        };
    }

    /** From here on it is too late to cancel; whoever canceled before wins. */
    private void commit(PipelineRun run) throws IOException {
        PipelineRun now = changes.apply(
                run.execution(),
                r -> r.status() == RunStatus.SEALING && r.isOnSamePlanAs(run) && !r.committing() ? r.committed() : r);
        if (!now.committing() || !now.isOnSamePlanAs(run)) {
            throw new TransferCanceledException(
                    "%s is %s".formatted(run.label(), now.status().label()));
        }
    }

    /** What is incomplete, and what was never moved because it was found there when it was planned. */
    private static Set<Integer> again(LegPlan plan, List<SliceProgress> moved, Set<Integer> incomplete) {
        Set<Integer> again = new TreeSet<>();
        for (int slice = 0; slice < plan.slices(); slice++) {
            again.add(slice);
        }
        moved.forEach(slice -> again.remove(slice.slice()));
        again.addAll(incomplete);
        return again;
    }

    private String moveAgain(PipelineRun run, Set<Integer> slices) throws IOException {
        PipelineRun moving = changes.apply(
                run.execution(), r -> r.status() == RunStatus.SEALING && r.isOnSamePlanAs(run) ? r.movingAgain() : r);
        for (int slice : slices) {
            runs.putSlice(run.execution(), SliceProgress.notBegun(run.leg(), run.generation(), slice));
            queue.enqueue(Step.move(moving, slice));
        }
        return "moves %d slices of %s again: parts of them are no longer at the target"
                .formatted(slices.size(), run.label());
    }

    private String finish(PipelineRun run, Pipeline pipeline, List<ArtifactOutcome> outcomes, RunProgress reached)
            throws IOException {
        if (!outcomes.isEmpty()) {
            RunOutcomes.keep(runs, run, outcomes);
        }
        if (run.leg() == Leg.EXPORT
                && pipeline instanceof Pipeline.ExportPipeline export
                && export.relay().isPresent()) {
            PipelineRun relaying = changes.apply(
                    run.execution(),
                    r -> r.isOnSamePlanAs(run) && r.status() == RunStatus.SEALING ? r.onto(Leg.RELAY) : r);
            if (relaying.leg() == Leg.RELAY && relaying.plan() == null) {
                queue.enqueue(Step.plan(relaying));
            }
            return "sealed %s; the relay follows".formatted(run.label());
        }
        RunOutcomes kept = RunOutcomes.of(runs, run);
        PipelineRun done = changes.apply(
                run.execution(),
                r -> r.status() == RunStatus.SEALING && r.isOnSamePlanAs(run)
                        ? kept.end(r, clock.instant(), reached)
                        : r);
        return done.status() == RunStatus.SUCCEEDED && done.isOnSamePlanAs(run)
                ? cleanUp(done, pipeline)
                : "left %s as it is".formatted(run.label());
    }

    /** What comes after success and may be done again: removing the source archive, if nothing failed. */
    String cleanUp(PipelineRun run, Pipeline pipeline) throws IOException {
        if (run.leg() == Leg.IMPORT && run.failedArtifacts() == 0) {
            works.deleteSourceIfAsked(run, pipeline);
        }
        return "finished %s".formatted(run.label());
    }
}

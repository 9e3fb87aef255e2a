package io.transship.core.pipeline.execution;

import io.transship.core.pipeline.Pipeline;
import io.transship.core.pipeline.run.Leg;
import io.transship.core.pipeline.run.LegPlan;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.PipelineRuns;
import io.transship.core.pipeline.run.RunChanges;
import io.transship.core.pipeline.run.RunProgress;
import io.transship.core.pipeline.run.RunStatus;
import io.transship.core.pipeline.run.SliceProgress;
import io.transship.core.pipeline.run.Step;
import io.transship.core.pipeline.run.StepQueue;
import io.transship.core.pipeline.telemetry.RunTelemetry;
import io.transship.core.transfer.Deadline;
import io.transship.core.transfer.MoveResult;
import io.transship.core.transfer.block.BlockBuffers;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Executes move steps: one slice each, or as much of it as the time allows. Thread-safe. */
final class Moving {

    private final PipelineRuns runs;
    private final LegWorks works;
    private final RunChanges changes;
    private final StepQueue queue;
    private final Planning planning;
    private final BlockBuffers buffers;
    private final Duration stepTime;
    private final Clock clock;
    private final RunTelemetry telemetry;

    Moving(
            PipelineRuns runs,
            LegWorks works,
            RunChanges changes,
            StepQueue queue,
            Planning planning,
            BlockBuffers buffers,
            Duration stepTime,
            Clock clock,
            RunTelemetry telemetry) {
        this.runs = runs;
        this.works = works;
        this.changes = changes;
        this.queue = queue;
        this.planning = planning;
        this.buffers = buffers;
        this.stepTime = stepTime;
        this.clock = clock;
        this.telemetry = telemetry;
    }

    String move(PipelineRun run, Pipeline pipeline, LegPlan plan, int slice) throws IOException {
        List<SliceProgress> begun = runs.slices(run.execution(), run.leg(), run.generation());
        SliceProgress before = begun.stream()
                .filter(progress -> progress.slice() == slice)
                .findFirst()
                .orElse(SliceProgress.notBegun(run.leg(), run.generation(), slice));
        if (!before.done()) {
            ProgressRecorder recorder = new ProgressRecorder(runs, run, before, clock, telemetry);
            LegWork work = works.of(
                    run,
                    pipeline,
                    RunProgress.of(plan, begun).timeLeft(run, clock.instant()).orElse(Duration.ZERO));
            Deadline deadline = Deadline.in(stepTime, clock).orWhen(recorder::isOver);
            MoveResult result;
            try {
                result = work.move(plan, slice, buffers, deadline, recorder);
            } finally {
                recorder.tell();
            }
            Map<String, String> broken = new HashMap<>(before.broken());
            result.broken().forEach((digest, reason) -> broken.put(digest.toString(), reason));
            if (!result.broken().isEmpty() && run.leg() == Leg.EXPORT) {
                return planning.replan(run, work, result.broken());
            }
            SliceProgress after = recorder.progress(result.finished(), result.contents(), broken);
            runs.putSlice(run.execution(), after);
            if (!result.finished()) {
                requireProgress(run, before, after);
                queue.enqueue(Step.move(run, slice));
                return "moved a part of slice %d of %s; the rest was handed on".formatted(slice, run.label());
            }
        }
        List<SliceProgress> all = runs.slices(run.execution(), run.leg(), run.generation());
        long done = all.stream().filter(SliceProgress::done).count();
        // Several workers may find everything done at once. One seal is enough: each would plan and start a relay of
        // its own.
        if (done == plan.slices()
                && changes.applyIf(
                        run.execution(),
                        r -> r.status() == RunStatus.MOVING && r.isOnSamePlanAs(run),
                        PipelineRun::sealing)) {
            queue.enqueue(Step.seal(run));
        }
        return "moved slice %d of %s; %d of %d are done".formatted(slice, run.label(), done, plan.slices());
    }

    /** Handing on may not go round in circles: a step in vain is left to the queue, which counts its attempts. */
    private void requireProgress(PipelineRun run, SliceProgress before, SliceProgress after) throws IOException {
        if (after.bytesDone() <= before.bytesDone()) {
            throw new IOException(
                    "%s got no further than %,d bytes of slice %d within %d seconds; give steps more time, or look for what slows down source or target"
                            .formatted(run.label(), after.bytesDone(), after.slice(), stepTime.toSeconds()));
        }
    }
}

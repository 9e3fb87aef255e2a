package io.transship.core.pipeline.execution;

import io.transship.core.oci.Digest;
import io.transship.core.pipeline.Pipeline;
import io.transship.core.pipeline.Pipelines;
import io.transship.core.pipeline.run.Leg;
import io.transship.core.pipeline.run.LegPlan;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.PipelineRuns;
import io.transship.core.pipeline.run.PipelineRuns.Versioned;
import io.transship.core.pipeline.run.RunChanges;
import io.transship.core.pipeline.run.RunOutcomes;
import io.transship.core.pipeline.run.RunProgress;
import io.transship.core.pipeline.run.RunStatus;
import io.transship.core.pipeline.run.SliceProgress;
import io.transship.core.pipeline.run.Step;
import io.transship.core.pipeline.run.StepQueue;
import io.transship.core.transfer.ArtifactOutcome;
import io.transship.core.transfer.BlockBuffers;
import io.transship.core.transfer.Deadline;
import io.transship.core.transfer.MoveResult;
import io.transship.core.transfer.TransferCanceledException;
import io.transship.core.transfer.TransferException;
import io.transship.core.transfer.TransferSettings;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Executes the steps of runs, on any number of workers at once. Every step may come twice, late, or be cut off at any
 * instruction: it looks at what is there and does what is missing. Thread-safe.
 */
public final class PipelineRunner {

    private final Pipelines pipelines;
    private final PipelineRuns runs;
    private final StepQueue queue;
    private final RunConnections connections;
    private final LegWorks works;
    private final RunChanges changes;
    private final StepFailures failures;
    private final BlockBuffers buffers;
    private final Duration stepTime;
    private final Clock clock;

    /**
     * Puts a runner together.
     *
     * @param stepTime after which a move takes up nothing new and hands the rest on; well below the platform's time-out
     */
    public PipelineRunner(
            Pipelines pipelines,
            PipelineRuns runs,
            StepQueue queue,
            RunConnections connections,
            TransferSettings settings,
            BlockBuffers buffers,
            Duration stepTime,
            Clock clock) {
        this.pipelines = pipelines;
        this.runs = runs;
        this.queue = queue;
        this.connections = connections;
        this.works = new LegWorks(runs, connections, settings);
        this.changes = new RunChanges(runs, clock);
        this.failures = new StepFailures(pipelines, runs, connections, changes, clock);
        this.buffers = buffers;
        this.stepTime = stepTime;
        this.clock = clock;
    }

    /**
     * Executes one step and enqueues what follows from it. A failure that repetition cannot cure ends the run, and the step
     * counts as done.
     *
     * @return what was done, for the log
     * @throws IOException if the step should be tried again
     */
    public String execute(Step step) throws IOException {
        Optional<Versioned> found = runs.find(step.run());
        if (found.isEmpty()) {
            return "ignored %s: there is no such run".formatted(step);
        }
        PipelineRun run = found.get().run();
        boolean cleansUp = StepFailures.tidiesUp(step, run);
        if (!cleansUp && step.isOver(run)) {
            return afterItsTime(step, run);
        }
        Set<Digest> secrets = Set.of();
        try {
            Pipeline pipeline = pipeline(run);
            secrets = connections.secretsInUse(pipeline);
            return switch (step.kind()) {
                case PLAN -> plan(run, pipeline);
                case MOVE -> move(run, pipeline, step.slice());
                case SEAL -> cleansUp ? cleanUp(run) : seal(run, pipeline);
            };
        } catch (TransferCanceledException e) {
            return "stopped %s: %s".formatted(step, e.getMessage());
        } catch (IOException | RuntimeException e) {
            return failures.after(step, run, secrets, e);
        }
    }

    private String afterItsTime(Step step, PipelineRun run) throws IOException {
        if (!step.execution().equals(run.execution())) {
            return "ignored %s: the run was asked for again since".formatted(step);
        }
        if (run.status() == RunStatus.PLANNING && run.plan() == null && step.kind() != Step.Kind.PLAN) {
            // Whoever sent the run back or on to planning may have died before it enqueued that; twice does no harm.
            enqueue(Step.plan(run));
        }
        if (run.status() == RunStatus.SEALING
                && step.kind() == Step.Kind.MOVE
                && step.leg() == run.leg()
                && step.generation() == run.generation()) {
            // The same for whoever moved the last slice.
            enqueue(Step.seal(run));
        }
        return "ignored %s: the run is %s".formatted(step, run.status().label());
    }

    /** Ends a run whose step was tried in vain as often as the queue allows. */
    public void giveUp(Step step) throws IOException {
        failures.giveUp(step);
    }

    private String plan(PipelineRun run, Pipeline pipeline) throws IOException {
        PipelineRun current = run;
        if (current.plan() == null) {
            current = changes.apply(
                    run.execution(), r -> r.status() == RunStatus.QUEUED ? r.planning(clock.instant()) : r);
            try {
                LegWork.Planned planned = works.of(current, pipeline).plan();
                // Another worker may have planned at the same time: its numbers stand then, and the document is one.
                current = changes.apply(
                        run.execution(),
                        r -> r.status() == RunStatus.PLANNING && r.plan() == null && isSame(r, run)
                                ? r.moving(planned.plan(), planned.catalogDigest(), clock.instant())
                                : r);
            } catch (IOException | RuntimeException e) {
                // Its archive may even be there by now, which is no reason to fail.
                current = changes.apply(run.execution(), r -> r);
                if (current.plan() == null || !isSame(current, run)) {
                    throw e;
                }
            }
        }
        LegPlan plan = current.plan();
        if (plan == null || !isSame(current, run)) {
            return "ignored a plan of %s: the run is %s"
                    .formatted(run.label(), current.status().label());
        }
        for (int slice = 0; slice < plan.slices(); slice++) {
            enqueue(Step.move(current, slice));
        }
        if (plan.slices() == 0) {
            enqueue(Step.seal(current));
        }
        return "planned %s: %,d bytes in %d slices".formatted(run.label(), plan.bytes(), plan.slices());
    }

    private String move(PipelineRun run, Pipeline pipeline, int slice) throws IOException {
        LegPlan plan = planOf(run);
        SliceProgress before = runs.slices(run.execution(), run.leg(), run.generation()).stream()
                .filter(progress -> progress.slice() == slice)
                .findFirst()
                .orElse(SliceProgress.notBegun(run.leg(), run.generation(), slice));
        if (!before.done()) {
            ProgressRecorder recorder = new ProgressRecorder(runs, run, before, clock);
            LegWork work = works.of(run, pipeline);
            MoveResult result =
                    work.move(plan, slice, buffers, Deadline.in(stepTime, clock).orWhen(recorder::isOver), recorder);
            Map<String, String> broken = new HashMap<>(before.broken());
            result.broken().forEach((digest, reason) -> broken.put(digest.toString(), reason));
            if (!result.broken().isEmpty() && run.leg() == Leg.EXPORT) {
                return replan(run, work, result.broken());
            }
            SliceProgress after = recorder.progress(result.finished(), result.contents(), broken);
            runs.putSlice(run.execution(), after);
            if (!result.finished()) {
                requireProgress(run, before, after);
                enqueue(Step.move(run, slice));
                return "moved a part of slice %d of %s; the rest was handed on".formatted(slice, run.label());
            }
        }
        List<SliceProgress> all = runs.slices(run.execution(), run.leg(), run.generation());
        long done = all.stream().filter(SliceProgress::done).count();
        // Several workers may find everything done at once. One seal is enough: each would plan and start a relay of
        // its own.
        if (done == plan.slices()
                && changes.applyIf(
                        run.execution(), r -> r.status() == RunStatus.MOVING && isSame(r, run), PipelineRun::sealing)) {
            enqueue(Step.seal(run));
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

    /** Plans an export again without the artifacts whose contents turned out broken. */
    private String replan(PipelineRun run, LegWork work, Map<Digest, String> broken) throws IOException {
        Map<String, String> excluded = new HashMap<>();
        String reason = broken.values().iterator().next();
        work.artifactsThatNeed(broken.keySet()).forEach(artifact -> excluded.put(artifact, reason));
        PipelineRun replanned = changes.apply(
                run.execution(), r -> isSame(r, run) && r.status() == RunStatus.MOVING ? r.replanned(excluded) : r);
        if (replanned.generation() > run.generation()) {
            enqueue(Step.plan(replanned));
        }
        return "plans %s again without %d artifacts: %s".formatted(run.label(), excluded.size(), reason);
    }

    private String seal(PipelineRun run, Pipeline pipeline) throws IOException {
        LegPlan plan = planOf(run);
        PipelineRun sealing =
                changes.apply(run.execution(), r -> r.status() == RunStatus.MOVING && isSame(r, run) ? r.sealing() : r);
        if (sealing.status() != RunStatus.SEALING || !isSame(sealing, run)) {
            return "ignored a seal of %s: the run is %s"
                    .formatted(run.label(), sealing.status().label());
        }
        List<SliceProgress> slices = runs.slices(run.execution(), run.leg(), run.generation());
        return switch (works.of(run, pipeline).seal(plan, slices, () -> commit(run))) {
            case LegWork.Sealed.Incomplete incomplete -> moveAgain(run, incomplete);
            case LegWork.Sealed.Done done -> finish(run, pipeline, done.outcomes());
        };
    }

    /** From here on it is too late to cancel; whoever canceled before wins. */
    private void commit(PipelineRun run) throws IOException {
        PipelineRun now = changes.apply(
                run.execution(),
                r -> r.status() == RunStatus.SEALING && isSame(r, run) && !r.committing() ? r.committed() : r);
        if (!now.committing() || !isSame(now, run)) {
            throw new TransferCanceledException(
                    "%s is %s".formatted(run.label(), now.status().label()));
        }
    }

    private String moveAgain(PipelineRun run, LegWork.Sealed.Incomplete incomplete) throws IOException {
        PipelineRun moving = changes.apply(
                run.execution(), r -> r.status() == RunStatus.SEALING && isSame(r, run) ? r.movingAgain() : r);
        for (int slice : incomplete.slices()) {
            runs.putSlice(run.execution(), SliceProgress.notBegun(run.leg(), run.generation(), slice));
            enqueue(Step.move(moving, slice));
        }
        return "moves %d slices of %s again: parts of them are no longer at the target"
                .formatted(incomplete.slices().size(), run.label());
    }

    private String finish(PipelineRun run, Pipeline pipeline, List<ArtifactOutcome> outcomes) throws IOException {
        if (!outcomes.isEmpty()) {
            RunOutcomes.keep(runs, run, outcomes);
        }
        if (run.leg() == Leg.EXPORT
                && pipeline instanceof Pipeline.ExportPipeline export
                && export.relay().isPresent()) {
            PipelineRun relaying = changes.apply(
                    run.execution(), r -> isSame(r, run) && r.status() == RunStatus.SEALING ? r.onto(Leg.RELAY) : r);
            if (relaying.leg() == Leg.RELAY && relaying.plan() == null) {
                enqueue(Step.plan(relaying));
            }
            return "sealed %s; the relay follows".formatted(run.label());
        }
        RunOutcomes kept = RunOutcomes.of(runs, run);
        RunProgress reached = RunProgress.of(runs.slices(run.execution(), run.leg(), run.generation()));
        PipelineRun done = changes.apply(
                run.execution(),
                r -> r.status() == RunStatus.SEALING && isSame(r, run) ? kept.end(r, clock.instant(), reached) : r);
        return done.status() == RunStatus.SUCCEEDED ? cleanUp(done) : "left %s as it is".formatted(run.label());
    }

    /** What comes after success and may be done again: removing the source archive, if nothing failed. */
    private String cleanUp(PipelineRun run) throws IOException {
        if (run.leg() == Leg.IMPORT && run.failedArtifacts() == 0) {
            works.deleteSourceIfAsked(run, pipeline(run));
        }
        return "finished %s".formatted(run.label());
    }

    private void enqueue(Step step) throws IOException {
        try {
            queue.enqueue(step);
        } catch (IOException | RuntimeException e) {
            // Whatever it is, the step that leads to this one has to be tried again, or the run would stand still.
            throw new IOException("%s cannot be enqueued: %s".formatted(step, e.getMessage()), e);
        }
    }

    private Pipeline pipeline(PipelineRun run) throws IOException {
        return pipelines
                .find(run.pipeline())
                .orElseThrow(() -> new TransferException(
                        TransferException.Side.SOURCE,
                        "pipeline '%s' does not exist any more; declare it again and start another run"
                                .formatted(run.pipeline())));
    }

    private static LegPlan planOf(PipelineRun run) {
        if (run.plan() == null) {
            throw new IllegalStateException("%s is not planned".formatted(run.label()));
        }
        return run.plan();
    }

    private static boolean isSame(PipelineRun one, PipelineRun other) {
        return one.execution().equals(other.execution())
                && one.leg() == other.leg()
                && one.generation() == other.generation();
    }
}

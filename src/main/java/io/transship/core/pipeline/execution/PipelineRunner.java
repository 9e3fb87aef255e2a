package io.transship.core.pipeline.execution;

import io.transship.core.oci.Digest;
import io.transship.core.pipeline.Pipeline;
import io.transship.core.pipeline.Pipelines;
import io.transship.core.pipeline.run.LegPlan;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.PipelineRuns;
import io.transship.core.pipeline.run.PipelineRuns.Versioned;
import io.transship.core.pipeline.run.RunChanges;
import io.transship.core.pipeline.run.RunStatus;
import io.transship.core.pipeline.run.Step;
import io.transship.core.pipeline.run.StepQueue;
import io.transship.core.pipeline.telemetry.RunTelemetry;
import io.transship.core.pipeline.telemetry.StepWatch;
import io.transship.core.transfer.TransferCanceledException;
import io.transship.core.transfer.TransferException;
import io.transship.core.transfer.TransferSettings;
import io.transship.core.transfer.block.BlockBuffers;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Executes the steps of runs, on any number of workers at once. Every step may come twice, late, or be cut off at any
 * instruction: it looks at what is there and does what is missing. Thread-safe.
 */
public final class PipelineRunner {

    private static final Logger LOG = System.getLogger(PipelineRunner.class.getName());

    /** After so long the next step gets a message, and with it a time-out, of its own. */
    private static final Duration FOLLOWED = Duration.ofSeconds(30);

    /** What a step leads to, while it is executed by {@link #executeOn}. */
    private static final ThreadLocal<List<Step>> FOLLOWING = new ThreadLocal<>();

    private final Pipelines pipelines;
    private final PipelineRuns runs;
    private final StepQueue queue;
    private final Clock clock;
    private final RunConnections connections;
    private final RunTelemetry telemetry;
    private final StepFailures failures;
    private final Planning planning;
    private final Moving moving;
    private final Sealing sealing;

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
            Clock clock,
            RunTelemetry telemetry) {
        this.pipelines = pipelines;
        this.runs = runs;
        this.queue = following(insistent(queue));
        this.clock = clock;
        this.connections = connections;
        this.telemetry = telemetry;
        LegWorks works = new LegWorks(runs, connections, settings);
        RunChanges changes = new RunChanges(runs, clock);
        this.failures = new StepFailures(pipelines, runs, connections, changes, clock);
        this.planning = new Planning(works, changes, this.queue, clock, telemetry);
        this.moving = new Moving(runs, works, changes, this.queue, planning, buffers, stepTime, clock, telemetry);
        this.sealing = new Sealing(runs, works, changes, this.queue, clock);
    }

    /**
     * Executes a step, and at once what follows from it as long as that is one step and little time has gone: a small run would
     * otherwise wait longer for its queue than for its bytes. What follows fails by itself: then it is enqueued and gets its own
     * attempts. Who dies in between leaves the first message, and that leads on again.
     *
     * @return what was done, for the log
     * @throws IOException if the first step should be tried again
     */
    public String executeOn(Step first) throws IOException {
        Instant end = clock.instant().plus(FOLLOWED);
        List<Step> next = new ArrayList<>();
        StringBuilder done = new StringBuilder(executeInto(next, first));
        while (next.size() == 1 && clock.instant().isBefore(end)) {
            Step step = next.removeFirst();
            try {
                done.append("; then ").append(executeInto(next, step));
            } catch (IOException e) {
                LOG.log(Level.DEBUG, () -> "%s is enqueued, since it failed at once".formatted(step), e);
                next.add(step);
                break;
            }
        }
        for (Step step : next) {
            queue.enqueue(step);
        }
        return done.toString();
    }

    private String executeInto(List<Step> next, Step step) throws IOException {
        FOLLOWING.set(next);
        try {
            return execute(step);
        } catch (IOException | RuntimeException e) {
            FOLLOWING.remove();
            // What it led to before it failed.
            while (!next.isEmpty()) {
                queue.enqueue(next.removeFirst());
            }
            throw e;
        } finally {
            FOLLOWING.remove();
        }
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
        if (step.isOver(run) && !StepFailures.tidiesUp(step, run)) {
            return afterItsTime(step, run);
        }
        try (StepWatch watch = telemetry.begun(run, step)) {
            return execute(step, run, watch);
        }
    }

    private String execute(Step step, PipelineRun run, StepWatch watch) throws IOException {
        boolean cleansUp = StepFailures.tidiesUp(step, run);
        Set<Digest> secrets = Set.of();
        try {
            Pipeline pipeline = pipeline(run);
            secrets = connections.secretsInUse(pipeline);
            return switch (step.kind()) {
                case PLAN -> planning.plan(run, pipeline);
                case MOVE -> moving.move(run, pipeline, planOf(run), step.slice());
                case SEAL -> cleansUp ? sealing.cleanUp(run, pipeline) : sealing.seal(run, pipeline, planOf(run));
            };
        } catch (TransferCanceledException e) {
            watch.canceled();
            return "stopped %s: %s".formatted(step, e.getMessage());
        } catch (IOException | RuntimeException e) {
            watch.failed(e);
            return failures.after(step, run, secrets, e, watch);
        }
    }

    private String afterItsTime(Step step, PipelineRun run) throws IOException {
        if (!step.execution().equals(run.execution())) {
            return "ignored %s: the run was asked for again since".formatted(step);
        }
        if (run.status() == RunStatus.PLANNING && run.plan() == null && step.kind() != Step.Kind.PLAN) {
            // Whoever sent the run back or on to planning may have died before it enqueued that; twice does no harm.
            queue.enqueue(Step.plan(run));
        }
        if (run.status() == RunStatus.SEALING
                && step.kind() == Step.Kind.MOVE
                && step.leg() == run.leg()
                && step.generation() == run.generation()) {
            // The same for whoever moved the last slice.
            queue.enqueue(Step.seal(run));
        }
        return "ignored %s: the run is %s".formatted(step, run.status().label());
    }

    /** Ends a run whose step was tried in vain as often as the queue allows. */
    @SuppressWarnings("try") // The watch has nothing else to hear.
    public void giveUp(Step step) throws IOException {
        try (StepWatch watch = telemetry.givenUp(step)) {
            failures.giveUp(step);
        }
    }

    private StepQueue following(StepQueue enqueued) {
        return step -> {
            List<Step> next = FOLLOWING.get();
            if (next == null) {
                enqueued.enqueue(step);
            } else {
                next.add(step);
            }
        };
    }

    /** Whatever keeps a step from its queue, the one that leads to it has to be tried again, or the run would stand still. */
    private static StepQueue insistent(StepQueue queue) {
        return step -> {
            try {
                queue.enqueue(step);
            } catch (IOException | RuntimeException e) {
                throw new IOException("%s cannot be enqueued: %s".formatted(step, e.getMessage()), e);
            }
        };
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
}

package io.transship.core.pipeline.upkeep;

import io.transship.core.pipeline.request.RunReports;
import io.transship.core.pipeline.request.RunView;
import io.transship.core.pipeline.run.ExecutionId;
import io.transship.core.pipeline.run.LegPlan;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.PipelineRuns;
import io.transship.core.pipeline.run.PipelineRuns.Versioned;
import io.transship.core.pipeline.run.RunChanges;
import io.transship.core.pipeline.run.RunProgress;
import io.transship.core.pipeline.run.RunStatus;
import io.transship.core.pipeline.run.SliceProgress;
import io.transship.core.pipeline.run.Step;
import io.transship.core.pipeline.run.StepQueue;
import io.transship.core.pipeline.telemetry.RunTelemetry;
import io.transship.core.pipeline.telemetry.RunTelemetry.Finding;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Looks after runs that are not over: whose message was lost, they are set going again; which cannot go on all the same, they
 * end and say so. Nothing stays running for ever. Of those that are over, a report is kept. Thread-safe.
 */
public final class StuckRuns {

    /** How often a run is set going again without any progress in between. */
    private static final int MAX_REVIVALS = 3;

    private static final String NOTHING_HAPPENED = "nothing of it happened for ";
    private static final String BEFORE = "; before, ";

    private final PipelineRuns runs;
    private final RunChanges changes;
    private final StepQueue queue;
    private final RunReports reports;
    private final Duration stuckAfter;
    private final Clock clock;
    private final RunTelemetry telemetry;

    /**
     * Puts the sweep together.
     *
     * @param stuckAfter how long a run may stand still before it is set going again: longer than a worker is given for a step
     */
    public StuckRuns(
            PipelineRuns runs,
            RunChanges changes,
            StepQueue queue,
            RunReports reports,
            Duration stuckAfter,
            Clock clock,
            RunTelemetry telemetry) {
        this.runs = runs;
        this.changes = changes;
        this.queue = queue;
        this.reports = reports;
        this.stuckAfter = stuckAfter;
        this.clock = clock;
        this.telemetry = telemetry;
    }

    /**
     * Looks once at all runs that may need it; one that cannot be looked at does not hide the others.
     *
     * @return what was done, for the log
     */
    public List<String> sweep() throws IOException {
        List<String> done = new ArrayList<>();
        for (ExecutionId execution : runs.unsettled()) {
            try {
                sweep(execution).ifPresent(done::add);
            } catch (IOException | RuntimeException e) {
                String failure = "run '%s' could not be looked after: %s"
                        .formatted(execution.run().name(), e.getMessage());
                telemetry.found(Finding.UNREADABLE);
                done.add(failure);
            }
        }
        return done;
    }

    private Optional<String> sweep(ExecutionId execution) throws IOException {
        Optional<PipelineRun> found = runs.find(execution.run())
                .map(Versioned::run)
                .filter(run -> run.execution().equals(execution));
        if (found.isEmpty()) {
            // It is listed before it is kept: a young one may just be on its way.
            if (isLongAgo(execution.requestedAt())) {
                runs.settle(execution);
            }
            return Optional.empty();
        }
        PipelineRun run = found.get();
        if (run.status().isFinal()) {
            reports.keep(RunView.of(runs, run));
            runs.settle(execution);
            return Optional.empty();
        }
        List<SliceProgress> slices = runs.slices(execution, run.leg(), run.generation());
        Instant lastProgress = slices.stream()
                .map(SliceProgress::at)
                .max(Instant::compareTo)
                .filter(at -> at.isAfter(run.times().changedAt()))
                .orElse(run.times().changedAt());
        if (!isLongAgo(lastProgress)) {
            return Optional.empty();
        }
        int revivals = lastProgress.isAfter(run.times().changedAt()) ? 1 : run.revivals() + 1;
        return revivals > MAX_REVIVALS ? giveUp(run, slices) : revive(run, slices, revivals);
    }

    private Optional<String> revive(PipelineRun run, List<SliceProgress> slices, int revivals) throws IOException {
        String note = NOTHING_HAPPENED
                + "%s; its steps were enqueued again (%d of %d times)%s"
                        .formatted(stuckAfter, revivals, MAX_REVIVALS, before(run));
        if (!changes.applyIf(
                run.execution(), current -> current.equals(run), current -> current.revived(revivals, note))) {
            return Optional.empty();
        }
        telemetry.found(Finding.REVIVED_RUN);
        for (Step step : missing(run, slices)) {
            queue.enqueue(step);
        }
        return Optional.of("%s: %s".formatted(run.label(), note));
    }

    /** What was wrong with the run before it stood still, as far as it is known; kept from one note to the next. */
    private static String before(PipelineRun run) {
        String message = run.message();
        if (message == null) {
            return "";
        }
        int known = message.indexOf(BEFORE);
        if (message.startsWith(NOTHING_HAPPENED)) {
            return known < 0 ? "" : message.substring(known);
        }
        return BEFORE + message;
    }

    private boolean isLongAgo(Instant time) {
        return Duration.between(time, clock.instant()).compareTo(stuckAfter) >= 0;
    }

    /** The steps that lead on from where a run is; one that is on its way all the same does no harm twice. */
    private static List<Step> missing(PipelineRun run, List<SliceProgress> slices) {
        LegPlan plan = run.plan();
        if (plan == null) {
            return List.of(Step.plan(run));
        }
        if (run.status() == RunStatus.SEALING) {
            return List.of(Step.seal(run));
        }
        Set<Integer> done = new HashSet<>();
        slices.stream().filter(SliceProgress::done).forEach(slice -> done.add(slice.slice()));
        List<Step> steps = new ArrayList<>();
        for (int slice = 0; slice < plan.slices(); slice++) {
            if (!done.contains(slice)) {
                steps.add(Step.move(run, slice));
            }
        }
        // Whoever moved the last slice may have died before it enqueued the seal.
        return steps.isEmpty() ? List.of(Step.seal(run)) : steps;
    }

    private Optional<String> giveUp(PipelineRun run, List<SliceProgress> slices) throws IOException {
        String why = NOTHING_HAPPENED
                + "%s, though its steps were enqueued again %d times; look in the log of ExecuteStep and at the queue of steps for the reason, and retry the run%s"
                        .formatted(stuckAfter, MAX_REVIVALS, before(run));
        boolean ended = changes.applyIf(
                run.execution(),
                current -> current.equals(run),
                current -> current.failed(clock.instant(), why, RunProgress.of(run.plan(), slices)));
        if (!ended) {
            return Optional.empty();
        }
        telemetry.found(Finding.GIVEN_UP_RUN);
        return Optional.of("%s failed: %s".formatted(run.label(), why));
    }
}

package io.transship.core.pipeline.execution;

import io.transship.core.oci.Digest;
import io.transship.core.pipeline.DamagedRecordException;
import io.transship.core.pipeline.Pipeline;
import io.transship.core.pipeline.Pipelines;
import io.transship.core.pipeline.run.Leg;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.PipelineRuns;
import io.transship.core.pipeline.run.PipelineRuns.Versioned;
import io.transship.core.pipeline.run.RunChanges;
import io.transship.core.pipeline.run.RunProgress;
import io.transship.core.pipeline.run.RunStatus;
import io.transship.core.pipeline.run.Step;
import io.transship.core.pipeline.telemetry.StepWatch;
import io.transship.core.storage.StorageException;
import io.transship.core.transfer.TransferException;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;

/** What becomes of a run when a step fails: the step is tried again, or the run ends and says why. Thread-safe. */
final class StepFailures {

    private final Pipelines pipelines;
    private final PipelineRuns runs;
    private final RunConnections connections;
    private final RunChanges changes;
    private final Clock clock;

    StepFailures(Pipelines pipelines, PipelineRuns runs, RunConnections connections, RunChanges changes, Clock clock) {
        this.pipelines = pipelines;
        this.runs = runs;
        this.connections = connections;
        this.changes = changes;
        this.clock = clock;
    }

    /**
     * After a step that failed.
     *
     * @param secrets those that the step began with
     * @param watch hears whether it is tried again
     * @return what became of the run, for the log
     * @throws IOException the failure, if the step should be tried again
     */
    String after(Step step, PipelineRun run, Set<Digest> secrets, Exception failure, StepWatch watch)
            throws IOException {
        String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        if (mayPass(failure) || isCuredByNewSecrets(run, secrets, failure)) {
            PipelineRun now = changes.apply(run.execution(), r -> step.isOver(r) ? r : r.troubled(message));
            if (step.isOver(now) && !tidiesUp(step, now)) {
                return "dropped %s, the run is %s: %s"
                        .formatted(step, now.status().label(), message);
            }
            watch.triedAgain();
            throw failure instanceof IOException io ? io : new IOException(failure);
        }
        RunProgress reached = reached(run);
        PipelineRun after = changes.apply(run.execution(), r -> ended(step, r, message, reached));
        return "%s failed, the run is %s: %s".formatted(step, after.status().label(), message);
    }

    /** After a step that was tried in vain as often as the queue allows. */
    void giveUp(Step step) throws IOException {
        Optional<Versioned> found = runs.find(step.run());
        if (found.isEmpty()) {
            return;
        }
        RunProgress reached = reached(found.get().run());
        changes.apply(
                step.execution(),
                run -> ended(
                        step,
                        run,
                        "gave up on the %s after repeated attempts; the last one failed: %s"
                                .formatted(step, run.message() == null ? "without a message" : run.message()),
                        reached));
    }

    /** A run after a step that failed for good; what only tidies up after success is noted and takes nothing back. */
    private PipelineRun ended(Step step, PipelineRun run, String message, RunProgress reached) {
        if (tidiesUp(step, run)) {
            return run.noted("done, but the archive was not deleted: " + message);
        }
        return step.isOver(run) ? run : run.failed(clock.instant(), message, reached);
    }

    private static boolean mayPass(Exception failure) {
        return !(failure instanceof DamagedRecordException) && TransferException.isTransient(failure);
    }

    /** Whether all that is left of a step is what comes after success: only an import has something to tidy up. */
    static boolean tidiesUp(Step step, PipelineRun run) {
        return run.status() == RunStatus.SUCCEEDED
                && run.leg() == Leg.IMPORT
                && step.kind() == Step.Kind.SEAL
                && step.execution().equals(run.execution());
    }

    private RunProgress reached(PipelineRun run) throws IOException {
        return RunProgress.of(run.plan(), runs.slices(run.execution(), run.leg(), run.generation()));
    }

    private boolean isCuredByNewSecrets(PipelineRun run, Set<Digest> used, Throwable failure) throws IOException {
        Optional<Pipeline> pipeline = pipelines.find(run.pipeline());
        if (pipeline.isEmpty() || !isRefusal(failure)) {
            return false;
        }
        try {
            return connections.renewSecrets(pipeline.get(), used);
        } catch (IOException e) {
            return TransferException.isTransient(e);
        }
    }

    private static boolean isRefusal(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof StorageException storage && storage.kind() == StorageException.Kind.ACCESS_DENIED) {
                return true;
            }
        }
        return false;
    }
}

package io.transship.core.pipeline.request;

import io.transship.core.pipeline.ResourceConflictException;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.run.Leg;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.PipelineRuns;
import io.transship.core.pipeline.run.PipelineRuns.Versioned;
import io.transship.core.pipeline.run.RunOutcomes;
import io.transship.core.pipeline.run.RunStatus;
import io.transship.core.pipeline.run.Step;
import io.transship.core.pipeline.run.StepQueue;
import io.transship.core.storage.BlobName;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Set;

/** Retries what failed of runs that are over, and nothing else. Thread-safe. */
public final class RunRetrier {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final PipelineRuns runs;
    private final StepQueue queue;
    private final Clock clock;

    public RunRetrier(PipelineRuns runs, StepQueue queue, Clock clock) {
        this.runs = runs;
        this.queue = queue;
        this.clock = clock;
    }

    /**
     * Sets a run going again. One that failed or was canceled goes on where it was: what is at its target is not sent again. Of
     * one that succeeded in part, only the artifacts that failed are tried: an export writes them to an archive beside the
     * first one, since that may be on its way already.
     *
     * @throws ResourceConflictException if there is no such run, if it is not over, or if nothing of it failed
     */
    public PipelineRun retry(ResourceId id) throws IOException {
        Versioned found = runs.find(id).orElseThrow(() -> ResourceConflictException.noRun(id));
        PipelineRun run = found.run();
        if (!run.status().isFinal()) {
            throw wrongState("run '%s' is %s; only a run that is over can be retried", run);
        }
        Set<String> failed = RunOutcomes.of(runs, run).failedArtifacts();
        if (run.status() == RunStatus.SUCCEEDED && failed.isEmpty()) {
            throw wrongState(
                    "run '%s' is %s and nothing of it failed; to run it again, PUT it with another forceUpdateTag",
                    run);
        }
        // One that ended before it had outcomes is still about what it was about.
        PipelineRun again = again(run, failed.isEmpty() ? run.only() : failed);
        RunOutcomes.carryOver(runs, run, again);
        if (!runs.replace(again, found.version())) {
            throw wrongState("run '%s' was changed meanwhile; look at it, and retry it again if it failed", run);
        }
        queue.enqueue(Step.plan(again));
        return again;
    }

    private PipelineRun again(PipelineRun run, Set<String> failed) {
        Instant now = clock.instant();
        if (run.leg() == Leg.RELAY && run.status() != RunStatus.SUCCEEDED) {
            return run.retriedFromLeg(now);
        }
        boolean besides = run.leg() != Leg.IMPORT && run.status() == RunStatus.SUCCEEDED;
        return run.retried(failed, besides ? beside(run.request().blob(), now) : run.archive(), now);
    }

    /** The same name with the time in it. */
    private static BlobName beside(BlobName archive, Instant now) {
        String name = archive.value();
        int end = name.endsWith(".tar") ? name.length() - ".tar".length() : name.length();
        return new BlobName(name.substring(0, end) + "-retry-" + TIME.format(now) + name.substring(end));
    }

    private static ResourceConflictException wrongState(String message, PipelineRun run) {
        return new ResourceConflictException(
                ResourceConflictException.Kind.WRONG_STATE,
                message.formatted(run.id().name(), run.status().label()));
    }
}

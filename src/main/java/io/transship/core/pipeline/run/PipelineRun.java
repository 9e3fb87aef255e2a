package io.transship.core.pipeline.run;

import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.RunTrace;
import io.transship.core.storage.BlobName;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One execution of a pipeline. A value: each change makes a new one, and only legal transitions can be made.
 *
 * @param archive name of the archive that this execution writes or reads: the one asked for, unless a retry of some artifacts
 *     writes one beside it
 * @param only the artifacts that a retry is about, as they were named in its predecessor's outcomes; empty for all
 * @param leg the one it is on
 * @param generation counts the plans of its leg: work for an older plan is stale
 * @param excluded artifacts that failed and are left out of the next plan, with the reason
 * @param plan what was decided for the leg; absent until it is planned
 * @param committing whether its leg is past the point where it can be canceled: what it made may be visible any moment
 * @param catalogDigest digest of the archive's head, which pins all of its content
 * @param message why it failed or was canceled or, while it goes on, why its last step has to be tried again
 * @param failedArtifacts how many artifacts failed in a run that succeeded for others
 * @param progress of the leg that it ended on; absent while it goes on
 * @param revivals how often it was set going again since anything of it happened
 * @param trace where its telemetry belongs
 */
public record PipelineRun(
        ResourceId id,
        RunRequest request,
        BlobName archive,
        Set<String> only,
        RunStatus status,
        Leg leg,
        int generation,
        Map<String, String> excluded,
        @Nullable LegPlan plan,
        boolean committing,
        @Nullable String catalogDigest,
        @Nullable String message,
        RunTimes times,
        int failedArtifacts,
        @Nullable RunProgress progress,
        int revivals,
        RunTrace trace) {

    public PipelineRun {
        only = Set.copyOf(only);
        excluded = Map.copyOf(excluded);
        // Runs that were kept before there was telemetry have none.
        trace = Objects.requireNonNullElse(trace, RunTrace.NONE);
    }

    /**
     * A new run that waits for its first step.
     *
     * @param triggeredAt when the arriving archive started it; absent if a request did
     */
    public static PipelineRun queued(ResourceId id, RunRequest request, Instant now, @Nullable Instant triggeredAt) {
        return queued(id, request, request.blob(), Set.of(), RunTimes.of(now, triggeredAt));
    }

    private static PipelineRun queued(
            ResourceId id, RunRequest request, BlobName archive, Set<String> only, RunTimes times) {
        Leg first = request.pipeline().type() == ResourceId.Type.IMPORT_PIPELINE ? Leg.IMPORT : Leg.EXPORT;
        return new PipelineRun(
                id,
                request,
                archive,
                only,
                RunStatus.QUEUED,
                first,
                0,
                Map.of(),
                null,
                false,
                null,
                null,
                times,
                0,
                null,
                0,
                RunTrace.NONE);
    }

    /** Another execution of a run that is over. */
    public PipelineRun again(RunRequest newRequest, Instant now) {
        requireOver("run again");
        return queued(id, newRequest, newRequest.blob(), Set.of(), times.again(now));
    }

    /**
     * Another execution of a run that is over, for what failed.
     *
     * @param failed the artifacts to try again; empty for all
     * @param into name of the archive that it writes or reads
     */
    public PipelineRun retried(Set<String> failed, BlobName into, Instant now) {
        requireOver("be retried");
        return queued(id, request, into, failed, times.again(now));
    }

    /** Another execution of a run that is over, which begins with the leg that it ended on. */
    public PipelineRun retriedFromLeg(Instant now) {
        requireOver("be retried");
        Change change = new Change(queued(id, request, archive, only, times.again(now))).leg(leg, 0);
        return catalogDigest == null
                ? change.make()
                : change.catalogDigest(catalogDigest).make();
    }

    private void requireOver(String change) {
        if (!status.isFinal()) {
            throw new IllegalStateException("%s is %s and cannot %s".formatted(label(), status.label(), change));
        }
    }

    public ResourceId pipeline() {
        return request.pipeline();
    }

    public ExecutionId execution() {
        return new ExecutionId(id, times.requestedAt());
    }

    /**
     * Makes the blocks that it stages its own. A retry goes on with what its predecessor has staged; a run that is asked for
     * again, or created anew, does not.
     */
    public String stagingKey() {
        return "%s\n%s\n%s"
                .formatted(id, times.createdAt(), request.forceUpdateTag() == null ? "" : request.forceUpdateTag());
    }

    /** Whether both are the same execution at the same plan of the same leg, so that work for one is work for the other. */
    public boolean isOnSamePlanAs(PipelineRun other) {
        return execution().equals(other.execution()) && leg == other.leg && generation == other.generation;
    }

    public PipelineRun planning(Instant now) {
        return new Change(this)
                .status(RunStatus.PLANNING)
                .times(times.started(now))
                .make();
    }

    public PipelineRun moving(LegPlan decided, @Nullable String digest, Instant now) {
        Change change = new Change(this)
                .status(RunStatus.MOVING)
                .plan(decided)
                .message(null)
                .times(times.moving(now));
        return digest == null ? change.make() : change.catalogDigest(digest).make();
    }

    public PipelineRun sealing() {
        return new Change(this).status(RunStatus.SEALING).message(null).make();
    }

    /** Passes the point where it can be canceled. */
    public PipelineRun committed() {
        return new Change(this).status(RunStatus.SEALING).committing(true).make();
    }

    /** Goes back to moving: blocks of its plan went missing. */
    public PipelineRun movingAgain() {
        return new Change(this).status(RunStatus.MOVING).committing(false).make();
    }

    /** Goes on to the next leg, which is still to be planned. */
    public PipelineRun onto(Leg next) {
        return new Change(this)
                .status(RunStatus.PLANNING)
                .leg(next, 0)
                .plan(null)
                .committing(false)
                .message(null)
                .make();
    }

    /** Plans its leg anew without these artifacts. */
    public PipelineRun replanned(Map<String, String> newlyExcluded) {
        Map<String, String> all = new TreeMap<>(excluded);
        all.putAll(newlyExcluded);
        return new Change(this)
                .status(RunStatus.PLANNING)
                .leg(leg, generation + 1)
                .excluded(all)
                .plan(null)
                .message(null)
                .make();
    }

    public PipelineRun succeeded(Instant now, int failed, @Nullable String note, RunProgress reached) {
        return new Change(this)
                .over(RunStatus.SUCCEEDED, now, note, reached)
                .failedArtifacts(failed)
                .make();
    }

    public PipelineRun failed(Instant now, String why, RunProgress reached) {
        return new Change(this).over(RunStatus.FAILED, now, why, reached).make();
    }

    /** Ends at once, unless it is past the point where it can. */
    public PipelineRun canceled(Instant now, String how, RunProgress reached) {
        if (committing) {
            throw new IllegalStateException("%s is about to end and cannot be canceled".formatted(label()));
        }
        return new Change(this).over(RunStatus.CANCELED, now, how, reached).make();
    }

    /** Notes why a step has to be tried again. */
    public PipelineRun troubled(String why) {
        return new Change(this).status(status).message(why).make();
    }

    /** Notes that its steps were enqueued again, because nothing of it happened. */
    public PipelineRun revived(int times, String note) {
        return new Change(this).status(status).message(note).revivals(times).make();
    }

    /** Says something more of a run, also of one that is over. */
    public PipelineRun noted(String note) {
        return new Change(this).message(note).make();
    }

    public PipelineRun traced(RunTrace where) {
        return new Change(this).trace(where).make();
    }

    PipelineRun changedAt(Instant now) {
        return new Change(this).times(times.changed(now)).make();
    }

    /** The name of its pipeline's kind of work and its own: for messages and logs. */
    public String label() {
        return "%s run '%s'".formatted(leg.label(), id.name());
    }

    /** The next value of a run, put together from the present one. */
    private static final class Change {

        private final PipelineRun run;
        private RunStatus status;
        private Leg leg;
        private int generation;
        private Map<String, String> excluded;
        private @Nullable LegPlan plan;
        private boolean committing;
        private @Nullable String catalogDigest;
        private @Nullable String message;
        private RunTimes times;
        private int failedArtifacts;
        private @Nullable RunProgress progress;
        private int revivals;
        private RunTrace trace;

        Change(PipelineRun run) {
            this.run = run;
            this.status = run.status;
            this.leg = run.leg;
            this.generation = run.generation;
            this.excluded = run.excluded;
            this.plan = run.plan;
            this.committing = run.committing;
            this.catalogDigest = run.catalogDigest;
            this.message = run.message;
            this.times = run.times;
            this.failedArtifacts = run.failedArtifacts;
            this.progress = run.progress;
            this.revivals = run.revivals;
            this.trace = run.trace;
        }

        Change status(RunStatus next) {
            if (!run.status.mayBecome(next)) {
                throw new IllegalStateException(
                        "%s is %s and cannot become %s".formatted(run.label(), run.status.label(), next.label()));
            }
            revivals = next == status ? revivals : 0;
            status = next;
            return this;
        }

        Change over(RunStatus end, Instant now, @Nullable String why, RunProgress reached) {
            status(end);
            message = why;
            times = times.finished(now);
            progress = reached;
            return this;
        }

        Change leg(Leg next, int nextGeneration) {
            leg = next;
            generation = nextGeneration;
            return this;
        }

        Change excluded(Map<String, String> artifacts) {
            excluded = artifacts;
            return this;
        }

        Change plan(@Nullable LegPlan decided) {
            plan = decided;
            return this;
        }

        Change committing(boolean now) {
            committing = now;
            return this;
        }

        Change catalogDigest(String digest) {
            catalogDigest = digest;
            return this;
        }

        Change message(@Nullable String text) {
            message = text;
            return this;
        }

        Change times(RunTimes next) {
            times = next;
            return this;
        }

        Change revivals(int number) {
            revivals = number;
            return this;
        }

        Change trace(RunTrace where) {
            trace = where;
            return this;
        }

        Change failedArtifacts(int failed) {
            failedArtifacts = failed;
            return this;
        }

        PipelineRun make() {
            return new PipelineRun(
                    run.id,
                    run.request,
                    run.archive,
                    run.only,
                    status,
                    leg,
                    generation,
                    excluded,
                    plan,
                    committing,
                    catalogDigest,
                    message,
                    times,
                    failedArtifacts,
                    progress,
                    revivals,
                    trace);
        }
    }
}

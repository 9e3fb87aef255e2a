package io.transship.core.pipeline.run;

import io.transship.core.pipeline.ResourceId;
import io.transship.core.storage.BlobName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One execution of a pipeline. A value: each change makes a new one, and only legal transitions can be made.
 *
 * @param artifacts what an export was asked for, as it was written; empty for an import, which takes what the archive has
 * @param blob name of the archive in the pipeline's container
 * @param leg the one it is on
 * @param generation counts the plans of its leg: work for an older plan is stale
 * @param excluded artifacts that failed and are left out of the next plan, with the reason
 * @param plan what was decided for the leg; absent until it is planned
 * @param catalogDigest digest of the archive's head, which pins all of its content
 * @param message why it failed or, while it goes on, why its last step has to be tried again
 * @param triggeredAt when the arriving archive started it; absent if a request did
 * @param failedArtifacts how many artifacts failed in a run that succeeded for others
 */
public record PipelineRun(
        ResourceId id,
        ResourceId pipeline,
        List<String> artifacts,
        BlobName blob,
        RunStatus status,
        Leg leg,
        int generation,
        Map<String, String> excluded,
        @Nullable LegPlan plan,
        @Nullable String catalogDigest,
        @Nullable String message,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable Instant triggeredAt,
        int failedArtifacts) {

    public PipelineRun {
        artifacts = List.copyOf(artifacts);
        excluded = Map.copyOf(excluded);
    }

    /** A new run that waits for its first step. */
    public static PipelineRun queued(
            ResourceId id,
            ResourceId pipeline,
            List<String> artifacts,
            BlobName blob,
            Leg leg,
            Instant now,
            @Nullable Instant triggeredAt) {
        return new PipelineRun(
                id,
                pipeline,
                artifacts,
                blob,
                RunStatus.QUEUED,
                leg,
                0,
                Map.of(),
                null,
                null,
                null,
                now,
                null,
                null,
                triggeredAt,
                0);
    }

    public PipelineRun planning(Instant now) {
        return with(
                RunStatus.PLANNING,
                leg,
                generation,
                excluded,
                plan,
                message,
                startedAt == null ? now : startedAt,
                null);
    }

    public PipelineRun moving(LegPlan decided, @Nullable String digest) {
        PipelineRun run = with(RunStatus.MOVING, leg, generation, excluded, decided, null, startedAt, null);
        return digest == null ? run : run.noting(digest, failedArtifacts, null);
    }

    public PipelineRun sealing() {
        return with(RunStatus.SEALING, leg, generation, excluded, plan, null, startedAt, null);
    }

    /** Goes back to moving: blocks of its plan went missing. */
    public PipelineRun movingAgain() {
        return with(RunStatus.MOVING, leg, generation, excluded, plan, message, startedAt, null);
    }

    /** Goes on to the next leg, which is still to be planned. */
    public PipelineRun onto(Leg next) {
        return with(RunStatus.PLANNING, next, 0, excluded, null, null, startedAt, null);
    }

    /** Plans its leg anew without these artifacts. */
    public PipelineRun replanned(Map<String, String> newlyExcluded) {
        Map<String, String> all = new TreeMap<>(excluded);
        all.putAll(newlyExcluded);
        return with(RunStatus.PLANNING, leg, generation + 1, all, null, null, startedAt, null);
    }

    public PipelineRun succeeded(Instant now, int failed, @Nullable String note) {
        PipelineRun run = with(RunStatus.SUCCEEDED, leg, generation, excluded, plan, note, startedAt, now);
        return run.noting(catalogDigest, failed, note);
    }

    public PipelineRun failed(Instant now, String why) {
        return with(RunStatus.FAILED, leg, generation, excluded, plan, why, startedAt, now);
    }

    /** Notes why a step has to be tried again. */
    public PipelineRun troubled(String why) {
        return with(status, leg, generation, excluded, plan, why, startedAt, null);
    }

    /** The name of its pipeline's kind of work and its own: for messages and logs. */
    public String label() {
        return "%s run '%s'".formatted(leg.label(), id.name());
    }

    private PipelineRun with(
            RunStatus newStatus,
            Leg newLeg,
            int newGeneration,
            Map<String, String> newExcluded,
            @Nullable LegPlan newPlan,
            @Nullable String newMessage,
            @Nullable Instant started,
            @Nullable Instant finished) {
        if (!status.mayBecome(newStatus)) {
            throw new IllegalStateException(
                    "%s is %s and cannot become %s".formatted(label(), status.label(), newStatus.label()));
        }
        return new PipelineRun(
                id,
                pipeline,
                artifacts,
                blob,
                newStatus,
                newLeg,
                newGeneration,
                newExcluded,
                newPlan,
                catalogDigest,
                newMessage,
                createdAt,
                started,
                finished,
                triggeredAt,
                failedArtifacts);
    }

    /** Says something more of a run, also of one that is over. */
    public PipelineRun noted(String note) {
        return noting(catalogDigest, failedArtifacts, note);
    }

    private PipelineRun noting(@Nullable String digest, int failed, @Nullable String note) {
        return new PipelineRun(
                id,
                pipeline,
                artifacts,
                blob,
                status,
                leg,
                generation,
                excluded,
                plan,
                digest,
                note,
                createdAt,
                startedAt,
                finishedAt,
                triggeredAt,
                failed);
    }
}

package io.transship.functions.arm;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.transship.core.pipeline.Pipeline;
import io.transship.core.pipeline.Pipeline.ExportPipeline;
import io.transship.core.pipeline.PipelineContainer;
import io.transship.core.pipeline.Pipelines;
import io.transship.core.pipeline.request.RunView;
import io.transship.core.pipeline.run.Leg;
import io.transship.core.pipeline.run.LegPlan;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.RunStatus;
import io.transship.core.transfer.artifact.ArtifactOutcome;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs as resources of Azure Resource Manager: the shape of ACR Transfer's {@code PipelineRun}, with {@code artifacts},
 * {@code target} of a relay and the numbers in {@code progress} beside its own properties.
 */
public final class RunResource {

    private final Pipelines pipelines;
    private final Clock clock;

    public RunResource(Pipelines pipelines, Clock clock) {
        this.pipelines = pipelines;
        this.clock = clock;
    }

    public ObjectNode node(RunView view) throws IOException {
        PipelineRun run = view.run();
        ObjectNode resource = Json.object();
        resource.put("id", run.id().toString());
        resource.put("name", run.id().name());
        resource.put("type", run.id().type().armType());
        ObjectNode properties = resource.putObject("properties");
        properties.put("provisioningState", run.status().provisioningState());
        properties.set("request", request(run));
        if (run.request().forceUpdateTag() != null) {
            properties.put("forceUpdateTag", run.request().forceUpdateTag());
        }
        properties.set("response", response(view));
        ObjectNode systemData = resource.putObject("systemData");
        putTime(systemData, "createdAt", run.times().createdAt());
        putTime(systemData, "lastModifiedAt", run.times().changedAt());
        return resource;
    }

    /** The same without what may be long: artifacts, wanted or done. */
    public ObjectNode summary(RunView view) throws IOException {
        ObjectNode resource = node(view);
        if (resource.at("/properties/request") instanceof ObjectNode request) {
            request.remove("artifacts");
        }
        if (resource.at("/properties/response") instanceof ObjectNode response) {
            response.remove(List.of("artifacts", "importedArtifacts"));
        }
        return resource;
    }

    private static ObjectNode request(PipelineRun run) {
        ObjectNode request = Json.object();
        request.put("pipelineResourceId", run.pipeline().toString());
        ObjectNode blob = Json.object()
                .put("type", "AzureStorageBlob")
                .put("name", run.request().blob().toString());
        if (isImport(run)) {
            request.set("source", blob);
        } else {
            run.request().artifacts().forEach(request.putArray("artifacts")::add);
            request.set("target", blob);
        }
        if (run.request().catalogDigest() != null) {
            request.put("catalogDigest", run.request().catalogDigest());
        }
        return request;
    }

    private ObjectNode response(RunView view) throws IOException {
        PipelineRun run = view.run();
        ObjectNode response = Json.object();
        response.put("status", run.status().label());
        response.set("progress", progress(view));
        putTime(response, "startTime", run.times().startedAt());
        putTime(response, "finishTime", run.times().finishedAt());
        Optional<Pipeline> pipeline = pipelines.find(run.pipeline());
        pipeline.ifPresent(known -> {
            response.set(isImport(run) ? "source" : "target", container(known.container(), run));
            if (known instanceof ExportPipeline export) {
                export.relay().ifPresent(relay -> response.set("relay", container(relay, run)));
            }
        });
        if (run.catalogDigest() != null) {
            response.put("catalogDigest", run.catalogDigest());
        }
        Instant triggeredAt = run.times().triggeredAt();
        if (triggeredAt != null) {
            response.putObject("trigger").putObject("sourceTrigger").put("timestamp", triggeredAt.toString());
        }
        if (run.message() != null) {
            response.put("pipelineRunErrorMessage", run.message());
        }
        if (isImport(run)
                && run.status() == RunStatus.SUCCEEDED
                && !view.outcomes().isEmpty()) {
            ArrayNode imported = response.putArray("importedArtifacts");
            view.outcomes().stream()
                    .filter(outcome -> outcome.status() != ArtifactOutcome.Status.FAILED)
                    .forEach(outcome -> imported.add(outcome.artifact()));
        }
        if (!view.outcomes().isEmpty()) {
            ArrayNode artifacts = response.putArray("artifacts");
            view.outcomes().forEach(outcome -> artifacts.add(artifact(outcome)));
        }
        return response;
    }

    private static ObjectNode artifact(ArtifactOutcome outcome) {
        ObjectNode artifact = Json.object();
        artifact.put("name", outcome.artifact());
        artifact.put(
                "outcome",
                switch (outcome.status()) {
                    case SUCCEEDED -> "Succeeded";
                    case SKIPPED -> "Skipped";
                    case FAILED -> "Failed";
                });
        if (outcome.digest() != null) {
            artifact.put("digest", outcome.digest());
        }
        if (outcome.code() != null) {
            artifact.put("code", outcome.code());
        }
        if (outcome.message() != null) {
            artifact.put("message", outcome.message());
        }
        artifact.put("bytesSent", outcome.bytesSent());
        artifact.put("bytesSaved", outcome.bytesSaved());
        return artifact;
    }

    private ObjectNode progress(RunView view) {
        PipelineRun run = view.run();
        LegPlan plan = run.plan();
        boolean succeeded = run.status() == RunStatus.SUCCEEDED;
        ObjectNode progress = Json.object();
        progress.put("percentage", String.valueOf(percentage(view)));
        progress.put("leg", run.leg().label());
        progress.put("bytesDone", bytesDone(view));
        progress.put("bytesTotal", plan == null ? 0 : plan.bytes());
        progress.put("bytesSent", view.progress().bytesSent());
        progress.put("bytesSaved", view.progress().bytesSaved());
        progress.put("bytesCopied", view.progress().bytesCopied());
        view.bytesPerSecond(clock.instant()).ifPresent(rate -> progress.put("bytesPerSecond", rate));
        view.timeLeft(clock.instant()).ifPresent(left -> progress.put("secondsLeft", left.toSeconds()));
        int contents = plan == null ? 0 : plan.contents();
        progress.put(
                "contentsDone", succeeded ? contents : Math.min(view.progress().contentsDone(), contents));
        progress.put("contentsTotal", contents);
        progress.put("slicesDone", view.progress().slicesDone());
        progress.put("slicesTotal", plan == null ? 0 : plan.slices());
        int artifacts = Math.max(
                view.outcomes().size(), plan == null ? run.request().artifacts().size() : plan.artifacts());
        progress.put("artifactsDone", succeeded ? artifacts : view.outcomes().size());
        progress.put("artifactsTotal", artifacts);
        return progress;
    }

    private static long bytesDone(RunView view) {
        LegPlan plan = view.run().plan();
        long total = plan == null ? 0 : plan.bytes();
        return view.run().status() == RunStatus.SUCCEEDED
                ? total
                : Math.min(view.progress().bytesDone(), total);
    }

    /** How much of its leg a run has done, in percent of the bytes; one hundred is only said of what is sealed. */
    static int percentage(RunView view) {
        LegPlan plan = view.run().plan();
        if (view.run().status() == RunStatus.SUCCEEDED) {
            return 100;
        }
        return plan == null || plan.bytes() == 0 ? 0 : (int) Math.min(99, bytesDone(view) * 100 / plan.bytes());
    }

    private static ObjectNode container(PipelineContainer container, PipelineRun run) {
        ObjectNode node = Json.object();
        node.put("type", "AzureStorageBlob");
        node.put("uri", container.uri().blob(run.archive()).toString());
        container.sasSecret().ifPresent(secret -> node.put("keyVaultUri", secret.toString()));
        node.put("storageAccessMode", container.storageAccessMode());
        return node;
    }

    private static boolean isImport(PipelineRun run) {
        return run.leg() == Leg.IMPORT;
    }

    private static void putTime(ObjectNode node, String name, @Nullable Instant time) {
        if (time != null) {
            node.put(name, time.toString());
        }
    }
}

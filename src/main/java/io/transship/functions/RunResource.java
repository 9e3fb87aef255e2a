package io.transship.functions;

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
import java.net.URI;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs as resources of Azure Resource Manager: the shape of ACR Transfer's {@code PipelineRun}, with {@code artifacts},
 * {@code target} of a relay and the numbers in {@code progress} beside its own properties.
 */
final class RunResource {

    static final String API_VERSION = "2025-06-01-preview";

    private final Pipelines pipelines;

    RunResource(Pipelines pipelines) {
        this.pipelines = pipelines;
    }

    /** Where a run can be read, at the address that the app was called by. */
    static String address(URI request, String endOfPath, PipelineRun run) {
        String path = request.getPath();
        int end = path.toLowerCase(Locale.ROOT).lastIndexOf(endOfPath.toLowerCase(Locale.ROOT));
        String base = request.getScheme() + "://" + request.getRawAuthority() + path.substring(0, Math.max(0, end));
        return "%s%s?api-version=%s".formatted(base, run.id(), API_VERSION);
    }

    String json(RunView view) throws IOException {
        return node(view).toString();
    }

    ObjectNode node(RunView view) throws IOException {
        PipelineRun run = view.run();
        ObjectNode resource = Json.object();
        resource.put("id", run.id().toString());
        resource.put("name", run.id().name());
        resource.put("type", run.id().type().armType());
        ObjectNode properties = resource.putObject("properties");
        properties.put("provisioningState", run.status().provisioningState());
        properties.set("request", request(run));
        properties.set("response", response(view));
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
        if (outcome.message() != null) {
            artifact.put("message", outcome.message());
        }
        return artifact;
    }

    private static ObjectNode progress(RunView view) {
        PipelineRun run = view.run();
        LegPlan plan = run.plan();
        long total = plan == null ? 0 : plan.bytes();
        boolean succeeded = run.status() == RunStatus.SUCCEEDED;
        long done = succeeded ? total : Math.min(view.progress().bytesDone(), total);
        ObjectNode progress = Json.object();
        progress.put("percentage", percentage(done, total, succeeded));
        progress.put("leg", run.leg().label());
        progress.put("bytesDone", done);
        progress.put("bytesTotal", total);
        progress.put("bytesSent", view.progress().bytesSent());
        progress.put("bytesSaved", view.progress().bytesSaved());
        progress.put("slicesDone", view.progress().slicesDone());
        progress.put("slicesTotal", plan == null ? 0 : plan.slices());
        int artifacts = Math.max(
                view.outcomes().size(), plan == null ? run.request().artifacts().size() : plan.artifacts());
        progress.put("artifactsDone", succeeded ? artifacts : view.outcomes().size());
        progress.put("artifactsTotal", artifacts);
        return progress;
    }

    private static String percentage(long done, long total, boolean succeeded) {
        if (succeeded) {
            return "100";
        }
        // One hundred is only said of what is sealed.
        return String.valueOf(total == 0 ? 0 : Math.min(99, done * 100 / total));
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

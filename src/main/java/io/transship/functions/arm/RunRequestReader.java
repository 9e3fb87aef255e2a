package io.transship.functions.arm;

import com.fasterxml.jackson.databind.JsonNode;
import io.transship.core.oci.Digest;
import io.transship.core.pipeline.InvalidResourceException;
import io.transship.core.pipeline.Pipelines;
import io.transship.core.pipeline.Problem;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.request.RunStarter;
import io.transship.core.pipeline.run.RunRequest;
import io.transship.core.storage.BlobName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads what a run is asked for, ACR Transfer's {@code PipelineRun}, and goes on after each problem, so that all are known at once. */
final class RunRequestReader {

    /** What an answer has beside {@code properties}; it may be sent back. */
    private static final Set<String> ENVELOPE =
            Set.of("id", "name", "type", "etag", "systemData", "location", "tags", "properties");

    private static final Set<String> PROPERTIES = Set.of("request", "forceUpdateTag", "provisioningState", "response");
    private static final Set<String> REQUEST =
            Set.of("pipelineResourceId", "artifacts", "source", "target", "catalogDigest");
    private static final Set<String> BLOB = Set.of("type", "name");
    private static final String BLOB_TYPE = "AzureStorageBlob";
    private static final String AT = "properties.request.";

    private final ResourceId run;
    private final JsonNode resource;
    private final JsonNode request;
    private final List<Problem> problems = new ArrayList<>();

    RunRequestReader(ResourceId run, JsonNode resource) {
        this.run = run;
        this.resource = resource;
        this.request = resource.path("properties").path("request");
    }

    /**
     * Reads it.
     *
     * @param pipelines those that it may name
     * @throws InvalidResourceException with all that is wrong
     */
    RunRequest read(Pipelines pipelines) throws IOException {
        refuseUnknown("", resource, ENVELOPE);
        refuseUnknown("properties.", resource.path("properties"), PROPERTIES);
        refuseUnknown(AT, request, REQUEST);
        if (!request.isObject()) {
            problem("properties.request", request.isMissingNode() ? "is missing" : "must be an object");
        }
        String tag = optional(
                "properties.forceUpdateTag", resource.path("properties").path("forceUpdateTag"));
        String digest = optional(AT + "catalogDigest", request.path("catalogDigest"));
        ResourceId pipeline = request.isObject() ? pipeline(pipelines) : null;
        List<String> artifacts = artifacts();
        @Nullable BlobName blob = null;
        if (pipeline != null) {
            boolean importing = pipeline.type() == ResourceId.Type.IMPORT_PIPELINE;
            blob = blob(importing ? "source" : "target");
            if (importing) {
                refuse("target", "an import reads its archive; name it in source");
                refuse("artifacts", "an import takes all that its archive has");
                if (digest != null) {
                    parsed(AT + "catalogDigest", digest, Digest::parse);
                }
            } else {
                refuse("source", "an export writes its archive; name it in target");
                refuse("catalogDigest", "only an import can check it");
                if (artifacts != null) {
                    check(artifacts);
                }
            }
        } else {
            // Whatever it is, what it names can be looked at.
            Stream.of("source", "target").filter(request::hasNonNull).forEach(this::blob);
            if (artifacts != null && !artifacts.isEmpty()) {
                check(artifacts);
            }
        }
        ApiVersion.require(problems);
        if (pipeline == null || blob == null || artifacts == null) {
            throw new IllegalStateException("a problem of run '%s' has no name".formatted(run.name()));
        }
        return new RunRequest(pipeline, artifacts, blob, digest, tag);
    }

    private void refuseUnknown(String at, JsonNode node, Set<String> known) {
        node.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                problem(at + name, "is not a property of a run");
            }
        });
    }

    private void refuse(String name, String why) {
        JsonNode node = request.path(name);
        if (!node.isMissingNode() && !node.isNull() && !(node.isArray() && node.isEmpty())) {
            problem(AT + name, "does not belong here: " + why);
        }
    }

    private @Nullable ResourceId pipeline(Pipelines pipelines) throws IOException {
        String at = AT + "pipelineResourceId";
        String text = text(at, request.path("pipelineResourceId"));
        ResourceId id = text == null ? null : parsed(at, text, ResourceId::parse);
        if (id == null) {
            return null;
        }
        if (id.type() == ResourceId.Type.PIPELINE_RUN) {
            problem(at, "names a run; expected the id of an export or import pipeline");
            return null;
        }
        if (!id.scope().equals(run.scope())) {
            problem(
                    at,
                    "is under registry '%s', the run under '%s'; put the run under the registry of its pipeline"
                            .formatted(id.scope(), run.scope()));
        } else if (pipelines.find(id).isEmpty()) {
            problem(
                    at,
                    "%s '%s' does not exist under registry '%s'"
                            .formatted(id.type().segment(), id.name(), id.registry()));
        }
        return id;
    }

    private @Nullable List<String> artifacts() {
        JsonNode node = request.path("artifacts");
        if (node.isMissingNode() || node.isNull()) {
            return List.of();
        }
        if (!node.isArray()) {
            problem(AT + "artifacts", "must be an array of texts such as 'samples/hello:v1'");
            return null;
        }
        List<String> artifacts = new ArrayList<>();
        for (int i = 0; i < node.size(); i++) {
            String artifact = text(AT + "artifacts[" + i + "]", node.get(i));
            artifacts.add(artifact == null ? "" : artifact);
        }
        return artifacts;
    }

    /** What is no text has its problem already. */
    private void check(List<String> artifacts) {
        Set<String> known = problems.stream().map(Problem::target).collect(Collectors.toSet());
        RunStarter.problemsOf(artifacts).stream()
                .map(problem -> problem.under(AT))
                .filter(problem -> !known.contains(problem.target()))
                .forEach(problems::add);
    }

    private @Nullable BlobName blob(String property) {
        JsonNode node = request.path(property);
        String at = AT + property;
        if (!node.isMissingNode() && !node.isNull() && !node.isObject()) {
            problem(at, "must be an object with the name of the archive");
            return null;
        }
        refuseUnknown(at + ".", node, BLOB);
        String type = optional(at + ".type", node.path("type"));
        if (type != null && !type.equalsIgnoreCase(BLOB_TYPE)) {
            problem(at + ".type", "must be " + BLOB_TYPE);
        }
        String name = text(at + ".name", node.path("name"));
        return name == null ? null : parsed(at + ".name", name, BlobName::new);
    }

    private @Nullable String optional(String at, JsonNode node) {
        return node.isMissingNode() || node.isNull() ? null : text(at, node);
    }

    private @Nullable String text(String at, JsonNode node) {
        if (node.isTextual()) {
            return node.textValue();
        }
        problem(at, node.isMissingNode() || node.isNull() ? "is missing" : "must be a text");
        return null;
    }

    private <T> @Nullable T parsed(String at, String text, Function<String, T> parser) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            problem(at, String.valueOf(e.getMessage()));
            return null;
        }
    }

    private void problem(String at, String message) {
        problems.add(new Problem(at, message));
    }
}

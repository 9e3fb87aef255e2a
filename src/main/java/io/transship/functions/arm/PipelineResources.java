package io.transship.functions.arm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.transship.core.pipeline.Pipeline;
import io.transship.core.pipeline.Problem;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.VersionCondition;
import io.transship.core.pipeline.definition.PipelineCatalog;
import io.transship.core.pipeline.definition.PipelineDefinition;
import io.transship.core.pipeline.definition.PipelineJson;
import io.transship.core.pipeline.definition.PipelineStore.Versioned;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Answers requests for export and import pipelines. Thread-safe. */
public final class PipelineResources {

    private final PipelineCatalog pipelines;
    private final Map<String, Verb> verbs;

    /** Something that a POST to {@code …/{pipeline}/{verb}} does. */
    @FunctionalInterface
    public interface Verb {
        ArmAnswer answer(ArmRequest request, Pipeline pipeline) throws IOException;
    }

    /**
     * Over these pipelines.
     *
     * @param verbs what can be done to both kinds, by the last segment of the path
     */
    public PipelineResources(PipelineCatalog pipelines, Map<String, Verb> verbs) {
        this.pipelines = pipelines;
        this.verbs = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        this.verbs.putAll(verbs);
    }

    /** Answers a request. */
    public ArmAnswer answer(ArmRequest request) throws IOException {
        ApiVersion version = ApiVersion.of(request);
        return switch (ArmPath.of(request.uri())) {
            case ArmPath.Collection(ResourceId any) ->
                switch (request.method()) {
                    case "GET" -> list(request, version, any);
                    default -> throw ArmError.notAllowed(request.method(), "GET");
                };
            case ArmPath.Item(ResourceId id) ->
                switch (request.method()) {
                    case "GET" -> answer(200, version, find(id));
                    case "PUT" -> put(request, version, id);
                    case "DELETE" -> ArmAnswer.empty(pipelines.delete(id, request.condition()) ? 200 : 204);
                    default -> throw ArmError.notAllowed(request.method(), "GET", "PUT", "DELETE");
                };
            case ArmPath.Verb(ResourceId id, String verb) -> act(request, id, verb);
            case ArmPath.Operation operation -> throw ArmError.notFound("operations are asked for elsewhere");
        };
    }

    private ArmAnswer list(ArmRequest request, ApiVersion version, ResourceId any) throws IOException {
        ListPage page = ListPage.of(request);
        List<PipelineDefinition> all = pipelines.list(any.scope(), any.type()).stream()
                .sorted(Comparator.comparing(PipelineResources::key))
                .filter(pipeline -> page.from().isEmpty()
                        || key(pipeline).compareTo(page.from().get()) >= 0)
                .toList();
        Optional<String> next = all.size() > page.most() ? Optional.of(key(all.get(page.most()))) : Optional.empty();
        List<ObjectNode> items = all.stream()
                .limit(page.most())
                .map(definition -> version.shown(PipelineJson.write(definition)))
                .toList();
        return ArmAnswer.of(200, page.body(request, version, items, next));
    }

    private static String key(PipelineDefinition definition) {
        return definition.id().name().toLowerCase(Locale.ROOT);
    }

    private ArmAnswer put(ArmRequest request, ApiVersion version, ResourceId id) throws IOException {
        VersionCondition condition = request.condition();
        JsonNode resource = request.resource();
        List<Problem> problems = new ArrayList<>(version.problemsOf(resource));
        Optional<PipelineDefinition> wanted = PipelineJson.read(id, resource, problems);
        ApiVersion.require(problems);
        PipelineCatalog.Put put = pipelines.put(wanted.orElseThrow(), request.caller(), condition);
        if (put.effect() != PipelineCatalog.Effect.CREATED) {
            return answer(200, version, put.pipeline());
        }
        PipelineDefinition created = put.pipeline().definition();
        Operation operation =
                new Operation(created.id(), created.systemData().createdAt().orElseThrow());
        // It is over already.
        return operation
                .follow(answer(201, version, put.pipeline()), request, version)
                .with("Retry-After", "1");
    }

    private ArmAnswer act(ArmRequest request, ResourceId id, String name) throws IOException {
        Verb verb = verbs.get(name);
        if (verb == null) {
            throw ArmError.notFound("'%s' is nothing that %s can do; known are %s"
                    .formatted(name, id.type().segment(), verbs.isEmpty() ? "none" : verbs.keySet()));
        }
        if (!request.method().equals("POST")) {
            throw ArmError.notAllowed(request.method(), "POST");
        }
        return verb.answer(request, find(id).definition().pipeline());
    }

    private Versioned find(ResourceId id) throws IOException {
        return pipelines
                .get(id)
                .orElseThrow(() -> ArmError.notFound("%s '%s' does not exist under registry '%s'"
                        .formatted(
                                id.type() == ResourceId.Type.EXPORT_PIPELINE ? "export pipeline" : "import pipeline",
                                id.name(),
                                id.registry())));
    }

    private static ArmAnswer answer(int status, ApiVersion version, Versioned pipeline) {
        ObjectNode resource = PipelineJson.write(pipeline.definition()).put("etag", pipeline.version());
        return ArmAnswer.of(status, version.shown(resource)).with("ETag", pipeline.version());
    }
}

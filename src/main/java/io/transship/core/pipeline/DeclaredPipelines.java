package io.transship.core.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.transship.core.pipeline.Pipeline.ExportPipeline;
import io.transship.core.pipeline.Pipeline.ImportPipeline;
import io.transship.core.pipeline.Pipeline.Trigger;
import io.transship.core.storage.ContainerUri;
import io.transship.core.storage.SecretUri;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Pipelines that are declared with the app, as a JSON array of ARM resources: the shapes of ACR Transfer's
 * {@code ExportPipeline} and {@code ImportPipeline}, and on an ExportPipeline the additional property {@code relay}.
 */
public final class DeclaredPipelines implements Pipelines {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final Set<String> KNOWN =
            Set.of("source", "target", "relay", "options", "trigger", "provisioningState");

    private final Map<ResourceId, Pipeline> pipelines;

    private DeclaredPipelines(Map<ResourceId, Pipeline> pipelines) {
        this.pipelines = pipelines;
    }

    /**
     * Parses the declaration.
     *
     * @param json blank means none
     * @param problems every problem is added here, with the path of the property it is about; pipelines that have one are left
     *     out
     */
    public static DeclaredPipelines parse(String json, List<String> problems) {
        Map<ResourceId, Pipeline> pipelines = new LinkedHashMap<>();
        if (json.isBlank()) {
            return new DeclaredPipelines(pipelines);
        }
        JsonNode root;
        try {
            root = MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            problems.add("is not valid JSON: " + e.getOriginalMessage());
            return new DeclaredPipelines(pipelines);
        }
        if (!root.isArray()) {
            problems.add("must be a JSON array of pipelines");
            return new DeclaredPipelines(pipelines);
        }
        List<Pipeline> parsed = new ArrayList<>();
        Set<ResourceId> ids = new HashSet<>();
        for (int i = 0; i < root.size(); i++) {
            String path = "[" + i + "]";
            Optional<Pipeline> pipeline = new Reader(path, root.get(i), problems).read();
            if (pipeline.isPresent() && !ids.add(pipeline.get().id())) {
                problems.add("%s.id: declares '%s' once more"
                        .formatted(path, pipeline.get().id()));
            } else {
                pipeline.ifPresent(parsed::add);
            }
        }
        parsed.sort(Comparator.comparing(pipeline -> pipeline.id().toString()));
        for (Pipeline pipeline : parsed) {
            pipelines.put(pipeline.id(), pipeline);
        }
        return new DeclaredPipelines(pipelines);
    }

    @Override
    public Optional<Pipeline> find(ResourceId id) {
        return Optional.ofNullable(pipelines.get(id));
    }

    @Override
    public List<Pipeline> all() {
        return List.copyOf(pipelines.values());
    }

    /** Reads one pipeline and goes on after each problem, so that all are known at once. */
    private static final class Reader {

        private final String path;
        private final JsonNode node;
        private final JsonNode properties;
        private final List<String> problems;
        private final int problemsBefore;

        Reader(String path, JsonNode node, List<String> problems) {
            this.path = path;
            this.node = node;
            this.properties = node.path("properties");
            this.problems = problems;
            this.problemsBefore = problems.size();
        }

        Optional<Pipeline> read() {
            ResourceId id = value("id", node.path("id"), ResourceId::parse);
            properties.fieldNames().forEachRemaining(name -> {
                if (!KNOWN.contains(name)) {
                    problem("properties." + name, "is not a property of a pipeline");
                }
            });
            Set<PipelineOption> options = options();
            Optional<String> clientId = clientId();
            if (id == null) {
                // Whatever it is, its containers can be looked at.
                List.of("source", "target", "relay").stream()
                        .filter(properties::has)
                        .forEach(this::container);
                return Optional.empty();
            }
            Pipeline pipeline = switch (id.type()) {
                case EXPORT_PIPELINE -> exportPipeline(id, options, clientId);
                case IMPORT_PIPELINE -> importPipeline(id, options, clientId);
                case PIPELINE_RUN -> {
                    problem("id", "names a run, not a pipeline");
                    yield null;
                }
            };
            return problems.size() > problemsBefore ? Optional.empty() : Optional.ofNullable(pipeline);
        }

        private @Nullable Pipeline exportPipeline(
                ResourceId id, Set<PipelineOption> options, Optional<String> clientId) {
            refuse("an ExportPipeline", "source", "trigger");
            PipelineContainer target = container("target");
            Optional<PipelineContainer> relay =
                    properties.has("relay") ? Optional.ofNullable(container("relay")) : Optional.empty();
            return target == null ? null : new ExportPipeline(id, target, relay, options, clientId);
        }

        private @Nullable Pipeline importPipeline(
                ResourceId id, Set<PipelineOption> options, Optional<String> clientId) {
            refuse("an ImportPipeline", "target", "relay");
            PipelineContainer source = container("source");
            JsonNode status = properties.path("trigger").path("sourceTrigger").path("status");
            Trigger trigger = switch (status.asText("Enabled")) {
                case "Enabled" -> Trigger.ENABLED;
                case "Disabled" -> Trigger.DISABLED;
                default -> {
                    problem("properties.trigger.sourceTrigger.status", "must be Enabled or Disabled");
                    yield Trigger.ENABLED;
                }
            };
            return source == null ? null : new ImportPipeline(id, source, trigger, options, clientId);
        }

        private void refuse(String kind, String... names) {
            for (String name : names) {
                if (properties.has(name)) {
                    problem("properties." + name, "is not a property of " + kind);
                }
            }
        }

        private @Nullable PipelineContainer container(String property) {
            JsonNode container = properties.path(property);
            String at = "properties." + property;
            ContainerUri uri = value(at + ".uri", container.path("uri"), ContainerUri::parse);
            JsonNode secret = container.path("keyVaultUri");
            boolean hasSecret = secret.isTextual() && !secret.textValue().isBlank();
            return switch (container.path("storageAccessMode").asText("SasToken")) {
                case "SasToken" -> {
                    SecretUri secretUri = value(at + ".keyVaultUri", secret, SecretUri::parse);
                    yield uri == null || secretUri == null ? null : new PipelineContainer(uri, Optional.of(secretUri));
                }
                case "ManagedIdentity" -> {
                    if (hasSecret) {
                        problem(at + ".keyVaultUri", "must be absent when storageAccessMode is ManagedIdentity");
                    }
                    yield uri == null ? null : new PipelineContainer(uri, Optional.empty());
                }
                default -> {
                    problem(at + ".storageAccessMode", "must be SasToken or ManagedIdentity");
                    yield null;
                }
            };
        }

        private Set<PipelineOption> options() {
            Set<PipelineOption> options = EnumSet.noneOf(PipelineOption.class);
            JsonNode declared = properties.path("options");
            if (!declared.isArray() && !declared.isMissingNode() && !declared.isNull()) {
                problem("properties.options", "must be an array");
            }
            for (int i = 0; i < declared.size(); i++) {
                PipelineOption parsed = value("properties.options[" + i + "]", declared.get(i), PipelineOption::parse);
                if (parsed != null) {
                    options.add(parsed);
                }
            }
            return options;
        }

        private Optional<String> clientId() {
            for (JsonNode identity : node.path("identity").path("userAssignedIdentities")) {
                if (identity.path("clientId").isTextual()) {
                    return Optional.of(identity.get("clientId").textValue());
                }
                problem(
                        "identity.userAssignedIdentities",
                        "needs the clientId of the identity, since nobody here can look it up by its resource id");
            }
            return Optional.empty();
        }

        private <T> @Nullable T value(String at, JsonNode text, Function<String, T> parser) {
            if (!text.isTextual()) {
                problem(at, text.isMissingNode() || text.isNull() ? "is missing" : "must be a text");
                return null;
            }
            try {
                return parser.apply(text.textValue());
            } catch (IllegalArgumentException e) {
                problem(at, String.valueOf(e.getMessage()));
                return null;
            }
        }

        private void problem(String at, String text) {
            problems.add("%s.%s: %s".formatted(path, at, text));
        }
    }
}

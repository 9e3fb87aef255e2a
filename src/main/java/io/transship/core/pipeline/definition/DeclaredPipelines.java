package io.transship.core.pipeline.definition;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.transship.core.pipeline.Pipeline;
import io.transship.core.pipeline.Pipelines;
import io.transship.core.pipeline.Problem;
import io.transship.core.pipeline.ResourceId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Pipelines that are declared with the app, as a JSON array of ARM resources: the shapes of ACR Transfer's
 * {@code ExportPipeline} and {@code ImportPipeline}, and on an ExportPipeline the additional property {@code relay}.
 */
public final class DeclaredPipelines implements Pipelines {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final Map<ResourceId, PipelineDefinition> pipelines;

    private DeclaredPipelines(List<PipelineDefinition> parsed) {
        this.pipelines = new LinkedHashMap<>();
        parsed.stream()
                .sorted(Comparator.comparing(definition -> definition.id().toString()))
                .forEach(definition -> pipelines.put(definition.id(), definition));
    }

    /**
     * Parses the declaration.
     *
     * @param json blank means none
     * @param problems every problem is added here, with the path of the property it is about; pipelines that have one are left
     *     out
     */
    public static DeclaredPipelines parse(String json, List<String> problems) {
        List<PipelineDefinition> parsed = new ArrayList<>();
        if (json.isBlank()) {
            return new DeclaredPipelines(parsed);
        }
        JsonNode root;
        try {
            root = MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            problems.add("is not valid JSON: " + e.getOriginalMessage());
            return new DeclaredPipelines(parsed);
        }
        if (!root.isArray()) {
            problems.add("must be a JSON array of pipelines");
            return new DeclaredPipelines(parsed);
        }
        Set<ResourceId> ids = new HashSet<>();
        for (int i = 0; i < root.size(); i++) {
            String path = "[" + i + "].";
            List<Problem> ofThis = new ArrayList<>();
            Optional<PipelineDefinition> definition = PipelineJson.read(root.get(i), ofThis);
            if (definition.isPresent() && !ids.add(definition.get().id())) {
                ofThis.add(new Problem(
                        "id",
                        "declares '%s' once more".formatted(definition.get().id())));
            } else {
                definition.ifPresent(parsed::add);
            }
            ofThis.forEach(problem -> problems.add(problem.under(path).toString()));
        }
        return new DeclaredPipelines(parsed);
    }

    Optional<PipelineDefinition> definition(ResourceId id) {
        return Optional.ofNullable(pipelines.get(id));
    }

    List<PipelineDefinition> definitions() {
        return List.copyOf(pipelines.values());
    }

    @Override
    public Optional<Pipeline> find(ResourceId id) {
        return definition(id).map(PipelineDefinition::pipeline);
    }

    @Override
    public List<Pipeline> all() {
        return pipelines.values().stream().map(PipelineDefinition::pipeline).toList();
    }
}

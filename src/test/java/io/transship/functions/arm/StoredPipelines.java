package io.transship.functions.arm;

import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.definition.PipelineDefinition;
import io.transship.core.pipeline.definition.PipelineStore;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Pipelines in memory, with versions such as a table gives out. */
final class StoredPipelines implements PipelineStore {

    private final Map<ResourceId, Versioned> pipelines = new ConcurrentHashMap<>();
    private final AtomicInteger versions = new AtomicInteger();

    @Override
    public boolean create(PipelineDefinition definition) {
        return pipelines.putIfAbsent(definition.id(), next(definition)) == null;
    }

    private Versioned next(PipelineDefinition definition) {
        return new Versioned(definition, "W/\"p%d\"".formatted(versions.incrementAndGet()));
    }

    @Override
    public Optional<Versioned> find(ResourceId id) {
        return Optional.ofNullable(pipelines.get(id));
    }

    @Override
    public boolean replace(PipelineDefinition definition, String version) {
        boolean current = find(definition.id())
                .filter(found -> found.version().equals(version))
                .isPresent();
        if (current) {
            pipelines.put(definition.id(), next(definition));
        }
        return current;
    }

    @Override
    public boolean delete(ResourceId id, String version) {
        boolean current =
                find(id).filter(found -> found.version().equals(version)).isPresent();
        if (current) {
            pipelines.remove(id);
        }
        return current;
    }

    @Override
    public List<PipelineDefinition> all() {
        return pipelines.values().stream()
                .map(Versioned::definition)
                .sorted(Comparator.comparing(definition -> definition.id().toString()))
                .toList();
    }
}

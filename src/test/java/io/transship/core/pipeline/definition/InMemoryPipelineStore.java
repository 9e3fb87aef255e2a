package io.transship.core.pipeline.definition;

import io.transship.core.pipeline.ResourceId;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Pipelines in memory. Thread-safe. */
public class InMemoryPipelineStore implements PipelineStore {

    private final Map<ResourceId, Versioned> pipelines = new HashMap<>();
    private long versions;

    @Override
    public synchronized boolean create(PipelineDefinition definition) {
        return pipelines.putIfAbsent(definition.id(), next(definition)) == null;
    }

    @Override
    public synchronized Optional<Versioned> find(ResourceId id) {
        return Optional.ofNullable(pipelines.get(id));
    }

    @Override
    public synchronized boolean replace(PipelineDefinition definition, String version) {
        if (!isIn(definition.id(), version)) {
            return false;
        }
        pipelines.put(definition.id(), next(definition));
        return true;
    }

    @Override
    public synchronized boolean delete(ResourceId id, String version) {
        boolean found = isIn(id, version);
        if (found) {
            pipelines.remove(id);
        }
        return found;
    }

    @Override
    public synchronized List<PipelineDefinition> all() {
        return pipelines.values().stream()
                .map(Versioned::definition)
                .sorted(Comparator.comparing(definition -> definition.id().toString()))
                .toList();
    }

    private boolean isIn(ResourceId id, String version) {
        return find(id).filter(found -> found.version().equals(version)).isPresent();
    }

    private Versioned next(PipelineDefinition definition) {
        return new Versioned(definition, "W/\"" + ++versions + "\"");
    }
}

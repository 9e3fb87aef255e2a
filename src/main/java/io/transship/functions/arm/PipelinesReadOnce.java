package io.transship.functions.arm;

import io.transship.core.pipeline.Pipeline;
import io.transship.core.pipeline.Pipelines;
import io.transship.core.pipeline.ResourceId;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Pipelines as one answer shows them: each is read once, however many runs it has. For one thread. */
public final class PipelinesReadOnce implements Pipelines {

    private final Pipelines pipelines;
    private final Map<ResourceId, Optional<Pipeline>> read = new HashMap<>();

    public PipelinesReadOnce(Pipelines pipelines) {
        this.pipelines = pipelines;
    }

    @Override
    public Optional<Pipeline> find(ResourceId id) throws IOException {
        Optional<Pipeline> known = read.get(id);
        if (known == null) {
            known = pipelines.find(id);
            read.put(id, known);
        }
        return known;
    }

    @Override
    public List<Pipeline> all() throws IOException {
        return pipelines.all();
    }
}

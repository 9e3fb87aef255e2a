package io.transship.core.pipeline;

import io.transship.core.storage.ContainerUri;
import java.util.List;
import java.util.Optional;

/** The pipelines that this app knows. Thread-safe. */
public interface Pipelines {

    Optional<Pipeline> find(ResourceId id);

    /** All of them, in the order of their ids. */
    List<Pipeline> all();

    /** The import pipelines that read from this container. */
    default List<Pipeline.ImportPipeline> importsFrom(ContainerUri container) {
        return all().stream()
                .filter(Pipeline.ImportPipeline.class::isInstance)
                .map(Pipeline.ImportPipeline.class::cast)
                .filter(pipeline -> pipeline.container().uri().equals(container))
                .toList();
    }
}

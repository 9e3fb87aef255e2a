package io.transship.core.pipeline;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** The pipelines that this app knows. Thread-safe. */
public interface Pipelines {

    Optional<Pipeline> find(ResourceId id) throws IOException;

    /** All of them, in the order of their ids. */
    List<Pipeline> all() throws IOException;

    /** Those of one kind that have this name or id; more than one if registries have pipelines of the same name. */
    default <P extends Pipeline> List<P> find(Class<P> kind, String nameOrId) throws IOException {
        return all().stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .filter(pipeline -> pipeline.id().name().equalsIgnoreCase(nameOrId)
                        || pipeline.id().toString().equalsIgnoreCase(nameOrId))
                .toList();
    }

    /** The import pipelines whose container has this blob, as an event names it. */
    default List<Pipeline.ImportPipeline> importsOf(URI blob) throws IOException {
        return all().stream()
                .filter(Pipeline.ImportPipeline.class::isInstance)
                .map(Pipeline.ImportPipeline.class::cast)
                .filter(pipeline -> pipeline.container().uri().nameOf(blob).isPresent())
                .toList();
    }
}

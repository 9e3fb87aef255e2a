package io.transship.core.pipeline.definition;

import io.transship.core.pipeline.ResourceId;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Keeps pipelines that were put through the API. Thread-safe, and safe for several processes: a pipeline is only changed by
 * whoever read its current version.
 */
public interface PipelineStore {

    /** A pipeline and the version that it was read in. */
    record Versioned(PipelineDefinition definition, String version) {}

    /**
     * Keeps a new pipeline.
     *
     * @return false, and nothing is changed, if there is one of that id
     */
    boolean create(PipelineDefinition definition) throws IOException;

    Optional<Versioned> find(ResourceId id) throws IOException;

    /**
     * Replaces a pipeline.
     *
     * @return false, and nothing is changed, if it is in another version by now or gone
     */
    boolean replace(PipelineDefinition definition, String version) throws IOException;

    /**
     * Removes a pipeline.
     *
     * @return false, and nothing is changed, if it is in another version by now; one that is gone may count as removed
     */
    boolean delete(ResourceId id, String version) throws IOException;

    /** All of them, of all registries, in the order of their ids. */
    List<PipelineDefinition> all() throws IOException;
}

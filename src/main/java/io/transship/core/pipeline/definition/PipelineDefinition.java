package io.transship.core.pipeline.definition;

import io.transship.core.pipeline.Pipeline;
import io.transship.core.pipeline.ResourceId;
import java.util.Optional;

/**
 * A pipeline with what Azure Resource Manager keeps beside it.
 *
 * @param location as it was given; it means nothing here
 */
public record PipelineDefinition(
        Pipeline pipeline, Optional<String> location, ResourceIdentity identity, SystemData systemData) {

    public ResourceId id() {
        return pipeline.id();
    }

    /** The same pipeline with other times and authors. */
    public PipelineDefinition with(SystemData data) {
        return new PipelineDefinition(pipeline, location, identity, data);
    }

    /** Whether both say the same, whoever said it when. */
    boolean saysTheSameAs(PipelineDefinition other) {
        return with(SystemData.NONE).equals(other.with(SystemData.NONE));
    }
}

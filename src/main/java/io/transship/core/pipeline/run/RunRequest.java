package io.transship.core.pipeline.run;

import io.transship.core.pipeline.ResourceId;
import io.transship.core.storage.BlobName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run was asked to do: ACR Transfer's {@code PipelineRunRequest}.
 *
 * @param pipeline the pipeline that it runs
 * @param artifacts what an export was asked for, as it was written; empty for an import, which takes what the archive has
 * @param blob name of the archive in the pipeline's container
 * @param catalogDigest digest that an import's archive must have; absent if any will do
 * @param forceUpdateTag anything; the same request with another one runs again
 */
public record RunRequest(
        ResourceId pipeline,
        List<String> artifacts,
        BlobName blob,
        @Nullable String catalogDigest,
        @Nullable String forceUpdateTag) {

    public RunRequest {
        artifacts = List.copyOf(artifacts);
    }

    /** Without digest and tag. */
    public RunRequest(ResourceId pipeline, List<String> artifacts, BlobName blob) {
        this(pipeline, artifacts, blob, null, null);
    }
}

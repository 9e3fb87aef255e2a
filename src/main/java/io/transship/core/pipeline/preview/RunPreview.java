package io.transship.core.pipeline.preview;

import java.util.List;

/**
 * What a run would do.
 *
 * @param archiveBytes length of the archive
 * @param contents how many contents it holds, manifests included
 * @param bytesToMove bytes that would be sent, over all legs
 * @param bytesSaved bytes that sharing saves, or that the target has
 * @param slices how many parts workers could move at the same time
 * @param registryRequests how many requests the registry would get, about
 * @param storageRequests how many requests storage accounts would get, about
 * @param problems why the run would fail as a whole; empty if it would not
 */
public record RunPreview(
        List<ArtifactPreview> artifacts,
        long archiveBytes,
        int contents,
        long bytesToMove,
        long bytesSaved,
        int slices,
        long registryRequests,
        long storageRequests,
        List<String> problems) {

    public RunPreview {
        artifacts = List.copyOf(artifacts);
        problems = List.copyOf(problems);
    }

    static RunPreview impossible(String problem) {
        return new RunPreview(List.of(), 0, 0, 0, 0, 0, 0, 0, List.of(problem));
    }
}

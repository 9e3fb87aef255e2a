package io.transship.core.pipeline.preview;

import java.util.List;
import java.util.Map;

/**
 * What is in an archive.
 *
 * @param sourceRegistry host name of the registry that it came from; empty if that is not known
 * @param archiveBytes length of the archive
 * @param contents how many contents it holds, manifests included
 * @param missing artifacts that were asked for and are not in it, each with the reason
 * @param problems why it cannot be imported; empty if it can be read
 */
public record ArchiveListing(
        String sourceRegistry,
        long archiveBytes,
        int contents,
        List<ListedArtifact> artifacts,
        Map<String, String> missing,
        List<String> problems) {

    public ArchiveListing {
        artifacts = List.copyOf(artifacts);
        missing = Map.copyOf(missing);
        problems = List.copyOf(problems);
    }

    static ArchiveListing unreadable(long length, String problem) {
        return new ArchiveListing("", length, 0, List.of(), Map.of(), List.of(problem));
    }

    /**
     * One artifact.
     *
     * @param name as {@code repository:tag}, or {@code repository@digest} if it has no tag
     * @param type what it is: the type that it says it has, or that of its config or of its manifest
     * @param platforms such as {@code linux/arm64/v8}; empty for what is not bound to one
     * @param bytes of all that it consists of, also what it shares with others
     * @param contents how many those are
     */
    public record ListedArtifact(
            String name, String digest, String type, List<String> platforms, long bytes, int contents) {

        public ListedArtifact {
            platforms = List.copyOf(platforms);
        }
    }
}

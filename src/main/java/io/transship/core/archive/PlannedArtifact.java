package io.transship.core.archive;

import io.transship.core.content.ContentGraph;
import java.util.List;

/**
 * An artifact that is to go into an archive.
 *
 * @param tags in any order; empty when it was selected by digest only
 * @param graph all of its contents that the archive shall hold; layers that may not be distributed may be left out
 */
public record PlannedArtifact(String repository, List<String> tags, ContentGraph graph) {

    public PlannedArtifact {
        tags = List.copyOf(tags);
    }
}

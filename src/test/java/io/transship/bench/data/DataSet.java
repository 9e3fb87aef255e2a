package io.transship.bench.data;

import io.transship.local.artifacts.SampleArtifact;
import java.util.List;

/**
 * A data set that lies in the source registry.
 *
 * @param name a letter
 * @param contents number of manifests and blobs, each counted once
 * @param bytes of these
 * @param fingerprint of the artifacts' digests: two machines with the same one moved the same bytes
 */
public record DataSet(String name, List<SampleArtifact> artifacts, int contents, long bytes, String fingerprint) {

    public DataSet {
        artifacts = List.copyOf(artifacts);
    }
}

package io.transship.local.artifacts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Whether a target registry has what a source registry has: every tag at the same digest, every manifest of its graph
 * byte by byte, and every blob by its size. For one comparison and one thread.
 */
public final class RegistryComparison {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final DistributionClient source;
    private final DistributionClient target;
    private final Map<String, Long> contents = new HashMap<>();
    private final Set<String> compared = new HashSet<>();
    private final List<String> differences = new ArrayList<>();
    private long summed;

    /**
     * What was found.
     *
     * @param contents number of manifests and blobs, each counted once
     * @param uniqueBytes of these
     * @param summedBytes of all artifacts, what several share counted for each
     * @param differences one sentence each; none if the target has everything
     */
    public record Result(int contents, long uniqueBytes, long summedBytes, List<String> differences) {

        public Result {
            differences = List.copyOf(differences);
        }
    }

    private RegistryComparison(DistributionClient source, DistributionClient target) {
        this.source = source;
        this.target = target;
    }

    /** Compares these artifacts and all tags of their repositories. */
    public static Result compare(DistributionClient source, DistributionClient target, List<SampleArtifact> artifacts)
            throws IOException {
        RegistryComparison comparison = new RegistryComparison(source, target);
        Set<String> repositories = new LinkedHashSet<>();
        for (SampleArtifact artifact : artifacts) {
            repositories.add(artifact.repository());
            Map<String, Long> graph = new HashMap<>();
            comparison.compareManifest(artifact.repository(), artifact.digest(), graph);
            comparison.contents.putAll(graph);
            comparison.summed +=
                    graph.values().stream().mapToLong(Long::longValue).sum();
        }
        for (String repository : repositories) {
            comparison.compareTags(repository);
        }
        return new Result(
                comparison.contents.size(),
                comparison.contents.values().stream().mapToLong(Long::longValue).sum(),
                comparison.summed,
                comparison.differences);
    }

    private void compareTags(String repository) throws IOException {
        Set<String> present = new HashSet<>(target.tags(repository));
        for (String tag : source.tags(repository)) {
            if (!present.contains(tag)) {
                differences.add("tag '%s:%s' is missing at the target".formatted(repository, tag));
                continue;
            }
            Optional<String> wanted = source.manifest(repository, tag).map(Sha256::of);
            Optional<String> found = target.manifest(repository, tag).map(Sha256::of);
            if (!wanted.equals(found)) {
                differences.add("tag '%s:%s' points at %s, at the source at %s"
                        .formatted(repository, tag, found.orElse("nothing"), wanted.orElse("nothing")));
            }
        }
    }

    private void compareManifest(String repository, String digest, Map<String, Long> graph) throws IOException {
        byte[] wanted = source.manifest(repository, digest)
                .filter(bytes -> Sha256.of(bytes).equals(digest))
                .orElseThrow(() -> new IOException("the source has no '%s@%s'".formatted(repository, digest)));
        graph.put(digest, (long) wanted.length);
        if (compared.add(repository + "@" + digest)) {
            Optional<byte[]> found = target.manifest(repository, digest);
            if (found.isEmpty()) {
                differences.add("manifest '%s@%s' is missing at the target".formatted(repository, digest));
            } else if (!Arrays.equals(wanted, found.get())) {
                differences.add("manifest '%s@%s' has other bytes at the target".formatted(repository, digest));
            }
        }
        JsonNode manifest = JSON.readTree(wanted);
        for (JsonNode child : manifest.path("manifests")) {
            compareManifest(repository, child.path("digest").asText(), graph);
        }
        if (manifest.has("config")) {
            compareBlob(repository, manifest.path("config"), graph);
        }
        for (JsonNode layer : manifest.path("layers")) {
            compareBlob(repository, layer, graph);
        }
    }

    private void compareBlob(String repository, JsonNode descriptor, Map<String, Long> graph) throws IOException {
        String digest = descriptor.path("digest").asText();
        long size = descriptor.path("size").asLong();
        graph.put(digest, size);
        if (!compared.add(repository + "@" + digest)) {
            return;
        }
        OptionalLong found = target.blobSize(repository, digest);
        if (found.isEmpty()) {
            differences.add("blob '%s@%s' is missing at the target".formatted(repository, digest));
            return;
        }
        if (found.getAsLong() != size) {
            differences.add("blob '%s@%s' has %d bytes at the target, not %d"
                    .formatted(repository, digest, found.getAsLong(), size));
        }
    }
}

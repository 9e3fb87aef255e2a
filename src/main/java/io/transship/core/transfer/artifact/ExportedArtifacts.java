package io.transship.core.transfer.artifact;

import io.transship.core.archive.ArchivePlan;
import io.transship.core.archive.ArchivedArtifact;
import io.transship.core.archive.ArchivedContent;
import io.transship.core.archive.MissingArtifact;
import io.transship.core.content.ContentGraph;
import io.transship.core.oci.Digest;
import io.transship.core.oci.Manifest;
import io.transship.core.oci.Reference;
import io.transship.core.transfer.artifact.ArtifactOutcome.Status;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The artifacts of an export, read back out of its plan: the head of an archive holds all of their manifests. */
public final class ExportedArtifacts {

    private final Map<ArchivedArtifact, ContentGraph> graphs;
    private final List<MissingArtifact> missing;

    private ExportedArtifacts(Map<ArchivedArtifact, ContentGraph> graphs, List<MissingArtifact> missing) {
        this.graphs = graphs;
        this.missing = missing;
    }

    /**
     * Reads the manifests of a plan.
     *
     * @throws IOException if one of them is none, or lacks another
     */
    public static ExportedArtifacts of(ArchivePlan plan) throws IOException {
        Map<Digest, Manifest> manifests = manifests(plan);
        Map<ArchivedArtifact, ContentGraph> graphs = new LinkedHashMap<>();
        for (ArchivedArtifact artifact : plan.contents().artifacts()) {
            Manifest root = Objects.requireNonNull(manifests.get(artifact.root().digest()));
            graphs.put(
                    artifact,
                    ContentGraph.walk(root, descriptor -> Optional.ofNullable(manifests.get(descriptor.digest()))));
        }
        return new ExportedArtifacts(graphs, plan.contents().missing());
    }

    private static Map<Digest, Manifest> manifests(ArchivePlan plan) throws IOException {
        byte[] head = plan.head();
        Map<Digest, Manifest> manifests = new HashMap<>();
        for (ArchivedContent content : plan.contents().contents()) {
            if (content.manifest()) {
                int start = Math.toIntExact(content.offset());
                int end = start + Math.toIntExact(content.descriptor().size());
                manifests.put(
                        content.descriptor().digest(),
                        Manifest.parse(content.descriptor(), Arrays.copyOfRange(head, start, end)));
            }
        }
        return manifests;
    }

    /** Those, as they were named, that need one of these contents. */
    public List<String> thatNeed(Collection<Digest> contents) {
        List<String> names = new ArrayList<>();
        graphs.forEach((artifact, graph) -> {
            if (contents.stream().anyMatch(graph.digests()::contains)) {
                artifact.references().forEach(name -> names.add(name.toString()));
            }
        });
        return names;
    }

    private static @Nullable String note(ContentGraph graph, Set<Digest> unhashed) {
        long count = graph.blobs().stream()
                .filter(blob -> unhashed.contains(blob.digest()))
                .count();
        return count == 0
                ? null
                : "%d of %d layers and configs were fetched by the storage service itself and not hashed on the way; the import hashes them"
                        .formatted(count, graph.blobs().size());
    }

    /**
     * What became of each once the archive is sealed, and of those that are missing from it.
     *
     * @param unhashed contents that nobody hashed on their way
     */
    public List<ArtifactOutcome> outcomes(Set<Digest> unhashed) {
        ByteShares shares = new ByteShares(content -> true);
        List<ArtifactOutcome> outcomes = new ArrayList<>();
        graphs.forEach((artifact, graph) -> {
            String digest = artifact.root().digest().toString();
            String note = note(graph, unhashed);
            for (Reference name : artifact.references()) {
                outcomes.add(new ArtifactOutcome(name.toString(), Status.SUCCEEDED, digest, null, note, 0, 0)
                        .with(shares.of(graph.descriptors())));
            }
        });
        for (MissingArtifact one : missing) {
            outcomes.add(new ArtifactOutcome(one.artifact(), Status.FAILED, null, one.code(), one.reason(), 0, 0));
        }
        return outcomes;
    }
}

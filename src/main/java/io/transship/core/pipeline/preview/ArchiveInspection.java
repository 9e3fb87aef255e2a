package io.transship.core.pipeline.preview;

import io.transship.core.archive.Archive;
import io.transship.core.archive.ArchiveFormatException;
import io.transship.core.archive.ArchivedArtifact;
import io.transship.core.archive.MissingArtifact;
import io.transship.core.archive.TableOfContents;
import io.transship.core.content.ContentGraph;
import io.transship.core.content.ContentMismatchException;
import io.transship.core.oci.Descriptor;
import io.transship.core.oci.Manifest;
import io.transship.core.oci.Reference;
import io.transship.core.pipeline.Pipeline;
import io.transship.core.pipeline.execution.RunConnections;
import io.transship.core.pipeline.preview.ArchiveListing.ListedArtifact;
import io.transship.core.sas.SasRequirements;
import io.transship.core.storage.BlobContainer;
import io.transship.core.storage.BlobName;
import io.transship.core.storage.BlobProperties;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Looks into the archives of a pipeline's container; needs no registry. Thread-safe. */
public final class ArchiveInspection {

    private final RunConnections connections;

    public ArchiveInspection(RunConnections connections) {
        this.connections = connections;
    }

    /**
     * The blobs of the container, the newest first.
     *
     * @throws IOException if it cannot be reached or opened
     */
    public List<BlobProperties> archives(Pipeline pipeline, int most) throws IOException {
        return container(pipeline).list("").stream()
                .sorted(Comparator.comparing(BlobProperties::lastModified)
                        .reversed()
                        .thenComparing(blob -> blob.name().value()))
                .limit(most)
                .toList();
    }

    /**
     * Reads the front and the manifests of an archive, and small configs.
     *
     * @throws IOException if the container cannot be reached or opened
     */
    public ArchiveListing contents(Pipeline pipeline, BlobName name) throws IOException {
        BlobContainer container = container(pipeline);
        Optional<BlobProperties> stored = container.find(name);
        if (stored.isEmpty()) {
            return ArchiveListing.unreadable(
                    0,
                    "blob '%s' does not exist in container '%s'; check the name, or copy it there"
                            .formatted(name, container.uri()));
        }
        try {
            return listing(
                    Archive.open(container.open(stored.get())), stored.get().length());
        } catch (ArchiveFormatException | ContentMismatchException e) {
            return ArchiveListing.unreadable(
                    stored.get().length(),
                    "archive '%s' in container '%s' cannot be imported: %s; copy the archive there again, or export it again"
                            .formatted(name, container.uri(), e.getMessage()));
        }
    }

    private BlobContainer container(Pipeline pipeline) throws IOException {
        return connections.container(pipeline, pipeline.container(), SasRequirements.IMPORT);
    }

    private static ArchiveListing listing(Archive archive, long length) throws IOException {
        TableOfContents table = archive.contents();
        ArtifactKinds kinds = new ArtifactKinds(archive);
        List<ListedArtifact> artifacts = new ArrayList<>();
        for (ArchivedArtifact artifact : table.artifacts()) {
            Manifest root = archive.manifest(artifact.root())
                    .orElseThrow(() -> new IOException("the archive lacks manifest %s"
                            .formatted(artifact.root().digest())));
            List<Descriptor> all = ContentGraph.walk(root, archive).descriptors();
            long bytes = all.stream().mapToLong(Descriptor::size).sum();
            for (Reference name : artifact.references()) {
                artifacts.add(new ListedArtifact(
                        name.toString(),
                        artifact.root().digest().toString(),
                        kinds.typeOf(root),
                        kinds.platformsOf(root),
                        bytes,
                        all.size()));
            }
        }
        Map<String, String> missing = new TreeMap<>();
        for (MissingArtifact artifact : table.missing()) {
            missing.put(artifact.artifact(), artifact.reason());
        }
        return new ArchiveListing(
                table.sourceRegistry(), length, table.contents().size(), artifacts, missing, List.of());
    }
}

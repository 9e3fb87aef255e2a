package io.transship.core.pipeline.preview;

import io.transship.core.archive.Archive;
import io.transship.core.archive.ArchiveFormatException;
import io.transship.core.archive.ArchivedArtifact;
import io.transship.core.archive.ArchivedContent;
import io.transship.core.archive.TableOfContents;
import io.transship.core.content.ContentGraph;
import io.transship.core.content.ContentMismatchException;
import io.transship.core.oci.Descriptor;
import io.transship.core.oci.Digest;
import io.transship.core.oci.Manifest;
import io.transship.core.oci.Reference;
import io.transship.core.pipeline.Pipeline.ImportPipeline;
import io.transship.core.pipeline.PipelineOption;
import io.transship.core.pipeline.execution.RunConnections;
import io.transship.core.pipeline.preview.ArtifactPreview.Effect;
import io.transship.core.registry.Registry;
import io.transship.core.sas.SasRequirements;
import io.transship.core.storage.BlobContainer;
import io.transship.core.storage.BlobName;
import io.transship.core.storage.BlobProperties;
import io.transship.core.transfer.Fanout;
import io.transship.core.transfer.TransferSettings;
import io.transship.core.transfer.artifact.ArtifactImport;
import io.transship.core.transfer.artifact.ByteShares;
import io.transship.core.transfer.artifact.FailureCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds out what an import would do. Thread-safe. */
public final class ImportPreview {

    private static final int PARALLEL = 16;

    private final RunConnections connections;
    private final TransferSettings settings;

    public ImportPreview(RunConnections connections, TransferSettings settings) {
        this.connections = connections;
        this.settings = settings;
    }

    /**
     * Reads the archive's table and asks the target what it has.
     *
     * @throws IOException if registry or container cannot be reached or opened
     */
    public RunPreview of(ImportPipeline pipeline, BlobName name) throws IOException {
        BlobContainer container = connections.container(pipeline, pipeline.container(), SasRequirements.IMPORT);
        Optional<BlobProperties> stored = container.find(name);
        if (stored.isEmpty()) {
            return RunPreview.impossible("blob '%s' does not exist in container '%s'; check the name, or copy it there"
                    .formatted(name, container.uri()));
        }
        Archive archive;
        try {
            archive = Archive.open(container.open(stored.get()));
        } catch (ArchiveFormatException | ContentMismatchException e) {
            return RunPreview.impossible(
                    "archive '%s' in container '%s' cannot be imported: %s; copy the archive there again, or export it again"
                            .formatted(name, container.uri(), e.getMessage()));
        }
        return preview(pipeline, archive, stored.get().length());
    }

    private RunPreview preview(ImportPipeline pipeline, Archive archive, long length) throws IOException {
        Registry target = connections.registry(pipeline);
        TableOfContents contents = archive.contents();
        List<ArchivedContent> blobs = contents.contents().stream()
                .filter(content -> !content.manifest())
                .toList();
        List<Boolean> lacks = Fanout.map(blobs, PARALLEL, blob -> isLacking(target, blob));
        Set<Digest> lacking = new HashSet<>();
        for (int i = 0; i < blobs.size(); i++) {
            if (lacks.get(i)) {
                lacking.add(blobs.get(i).descriptor().digest());
            }
        }
        List<Reference> names = contents.artifacts().stream()
                .flatMap(artifact -> artifact.references().stream())
                .toList();
        List<Optional<Descriptor>> present = Fanout.map(
                names,
                PARALLEL,
                reference -> target.repository(reference.repository()).resolve(reference.tagOrDigest()));
        List<ArtifactPreview> previews = new ArrayList<>();
        ByteShares shares = new ByteShares(lacking::contains);
        int at = 0;
        for (ArchivedArtifact artifact : contents.artifacts()) {
            List<Descriptor> needed = graph(archive, artifact).blobs();
            for (Reference reference : artifact.references()) {
                previews.add(tag(pipeline, reference, artifact.root().digest(), present.get(at++), shares.of(needed)));
            }
        }
        long toMove = blobs.stream()
                .filter(blob -> lacking.contains(blob.descriptor().digest()))
                .mapToLong(blob -> blob.descriptor().size())
                .sum();
        long all = blobs.stream().mapToLong(blob -> blob.descriptor().size()).sum();
        long checks =
                blobs.stream().mapToLong(blob -> blob.repositories().size()).sum();
        int manifests = contents.contents().size() - blobs.size();
        return new RunPreview(
                previews,
                length,
                contents.contents().size(),
                toMove,
                all - toMove,
                ArtifactImport.slices(contents, settings).size(),
                // Each content is asked for in each repository, and takes two requests to send where it is lacking.
                // Each manifest is stored, and each tag looked at twice.
                checks + 2L * lacking.size() + manifests + 2L * names.size(),
                lacking.size() + 3L,
                problems(pipeline, previews));
    }

    private static boolean isLacking(Registry target, ArchivedContent content) throws IOException {
        for (String repository : content.repositories()) {
            if (target.repository(repository).has(content.descriptor())) {
                return false;
            }
        }
        return true;
    }

    private static ContentGraph graph(Archive archive, ArchivedArtifact artifact) throws IOException {
        Manifest root = archive.manifest(artifact.root())
                .orElseThrow(() -> new IOException("the archive lacks manifest %s"
                        .formatted(artifact.root().digest())));
        return ContentGraph.walk(root, archive);
    }

    private static ArtifactPreview tag(
            ImportPipeline pipeline,
            Reference reference,
            Digest wanted,
            Optional<Descriptor> present,
            ByteShares.Share share) {
        Effect effect = effect(pipeline, wanted, present);
        boolean fails = effect == Effect.FAIL;
        return new ArtifactPreview(
                reference.toString(),
                effect,
                wanted.toString(),
                present.map(found -> found.digest().toString()).orElse(null),
                share.sent(),
                share.saved(),
                fails ? FailureCode.TAG_EXISTS.label() : null,
                fails
                        ? "the tag exists with another digest; delete it, or add the option OverwriteTags to the pipeline"
                        : null);
    }

    private static Effect effect(ImportPipeline pipeline, Digest wanted, Optional<Descriptor> present) {
        if (present.isEmpty()) {
            return Effect.CREATE_TAG;
        }
        if (present.get().digest().equals(wanted)) {
            return Effect.KEEP_TAG;
        }
        return pipeline.has(PipelineOption.OVERWRITE_TAGS) ? Effect.MOVE_TAG : Effect.FAIL;
    }

    private static List<String> problems(ImportPipeline pipeline, List<ArtifactPreview> previews) {
        long failures = previews.stream()
                .filter(preview -> preview.effect() == Effect.FAIL)
                .count();
        if (failures == 0 || (pipeline.has(PipelineOption.CONTINUE_ON_ERRORS) && failures < previews.size())) {
            return List.of();
        }
        return List.of(
                "%d of %d tags exist with other digests; delete them, or add the option OverwriteTags or ContinueOnErrors to the pipeline"
                        .formatted(failures, previews.size()));
    }
}

package io.transship.core.transfer.artifact;

import io.transship.core.archive.Archive;
import io.transship.core.archive.ArchivedArtifact;
import io.transship.core.content.ContentGraph;
import io.transship.core.oci.Descriptor;
import io.transship.core.oci.InvalidManifestException;
import io.transship.core.oci.Manifest;
import io.transship.core.oci.Reference;
import io.transship.core.registry.Repository;
import io.transship.core.transfer.Fanout;
import io.transship.core.transfer.OnError;
import io.transship.core.transfer.TransferException;
import io.transship.core.transfer.TransferException.Side;
import io.transship.core.transfer.artifact.ArtifactImport.TagMode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What has to hold of an archive and its target before an artifact is imported. Thread-safe. */
final class ImportChecks {

    private static final int PARALLEL_ARTIFACTS = 8;

    private final Archive archive;
    private final String registry;
    private final Function<String, Repository> repositories;
    private final TagMode tagMode;
    private final OnError onError;

    ImportChecks(
            Archive archive,
            String registry,
            Function<String, Repository> repositories,
            TagMode tagMode,
            OnError onError) {
        this.archive = archive;
        this.registry = registry;
        this.repositories = repositories;
        this.tagMode = tagMode;
        this.onError = onError;
    }

    /**
     * Lets an import begin in which every artifact is complete and none of its tags is taken.
     *
     * @throws TransferException if one is not, naming all of them; if errors do not stop the run, only if none is left
     */
    void requireImportable() throws IOException {
        refuse(Fanout.map(archive.contents().artifacts(), PARALLEL_ARTIFACTS, this::check));
    }

    /**
     * Lets tags move of which none is taken.
     *
     * @throws TransferException as {@link #requireImportable} does
     */
    void requireTagsFree() throws IOException {
        refuse(Fanout.map(archive.contents().artifacts(), PARALLEL_ARTIFACTS, this::checkTags));
    }

    private void refuse(List<Optional<ArtifactOutcome>> checked) throws TransferException {
        List<ArtifactOutcome> failed =
                checked.stream().flatMap(Optional::stream).toList();
        boolean noneLeft = failed.size() == checked.size();
        if (!failed.isEmpty() && (onError == OnError.STOP || noneLeft)) {
            throw new TransferException(
                    Side.TARGET,
                    "%d of %d artifacts cannot be imported: %s"
                            .formatted(failed.size(), checked.size(), messages(failed)));
        }
    }

    private static String messages(List<ArtifactOutcome> failed) {
        String text = failed.stream()
                .limit(10)
                .map(outcome -> String.valueOf(outcome.message()))
                .collect(Collectors.joining("; "));
        return failed.size() > 10 ? text + "; and %d more".formatted(failed.size() - 10) : text;
    }

    /** Whether a tag that points to something else stays where it is. */
    boolean keepsTags() {
        return tagMode == TagMode.KEEP;
    }

    /** Why an artifact cannot be imported, if so. */
    private Optional<ArtifactOutcome> check(ArchivedArtifact artifact) throws IOException {
        String digest = artifact.root().digest().toString();
        try {
            List<Descriptor> lacking = lacking(graph(artifact));
            if (!lacking.isEmpty()) {
                throw new InvalidManifestException(lacks(lacking.getFirst(), artifact));
            }
        } catch (InvalidManifestException e) {
            return Optional.of(ArtifactOutcome.failed(
                    artifact.references().getFirst().toString(), digest, FailureCode.MANIFEST_INVALID, e.getMessage()));
        }
        return checkTags(artifact);
    }

    /** What the archive should have of these contents and has not. */
    List<Descriptor> lacking(ContentGraph graph) {
        return graph.blobs().stream()
                .filter(blob -> !blob.mediaType().isNonDistributable())
                .filter(blob -> archive.find(blob.digest()).isEmpty())
                .toList();
    }

    /** Why a content that is nowhere keeps an artifact out. */
    static String lacks(Descriptor blob, ArchivedArtifact artifact) {
        return "the archive lacks content %s of '%s'; it was damaged or written incompletely, export it again"
                .formatted(blob.digest(), artifact.references().getFirst());
    }

    /** Why a tag of the artifact cannot be moved, if so. */
    private Optional<ArtifactOutcome> checkTags(ArchivedArtifact artifact) throws IOException {
        if (tagMode == TagMode.OVERWRITE) {
            return Optional.empty();
        }
        for (String tag : artifact.tags()) {
            Optional<Descriptor> present;
            try {
                present = repositories.apply(artifact.repository()).resolve(tag);
            } catch (IOException e) {
                throw TransferException.at(Side.TARGET, "looking for tags at the", e);
            }
            if (present.isPresent()
                    && !present.get().digest().equals(artifact.root().digest())) {
                Reference reference = Reference.ofTag(artifact.repository(), tag);
                return Optional.of(ArtifactOutcome.failed(
                        reference.toString(),
                        artifact.root().digest().toString(),
                        FailureCode.TAG_EXISTS,
                        taken(reference, present.get(), artifact.root())));
            }
        }
        return Optional.empty();
    }

    /** Why a tag that stands for something else keeps an artifact out. */
    String taken(Reference reference, Descriptor present, Descriptor wanted) {
        return "tag '%s' exists in registry %s with digest %s, the archive has %s; delete the tag, or add the option OverwriteTags to the pipeline"
                .formatted(reference, registry, present.digest(), wanted.digest());
    }

    /** What an artifact consists of, by the manifests of the archive. */
    ContentGraph graph(ArchivedArtifact artifact) throws IOException {
        Manifest root = archive.manifest(artifact.root())
                .orElseThrow(() -> new InvalidManifestException("the archive lacks manifest %s of '%s'"
                        .formatted(
                                artifact.root().digest(), artifact.references().getFirst())));
        return ContentGraph.walk(root, archive);
    }
}

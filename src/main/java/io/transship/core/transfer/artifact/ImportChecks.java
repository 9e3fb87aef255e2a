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
import java.util.Set;
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
    private final Set<String> present;

    /**
     * Prepares checks.
     *
     * @param present names of artifacts that need no check, because the target was found to have them
     */
    ImportChecks(
            Archive archive,
            String registry,
            Function<String, Repository> repositories,
            TagMode tagMode,
            OnError onError,
            Set<String> present) {
        this.archive = archive;
        this.registry = registry;
        this.repositories = repositories;
        this.tagMode = tagMode;
        this.onError = onError;
        this.present = present;
    }

    /** What was found about an artifact: that the target has all of it, or why it cannot be imported, or neither. */
    private record Check(ArchivedArtifact artifact, boolean present, Optional<ArtifactOutcome> refusal) {

        static Check passed(ArchivedArtifact artifact, boolean present) {
            return new Check(artifact, present, Optional.empty());
        }

        static Check refused(ArchivedArtifact artifact, ArtifactOutcome refusal) {
            return new Check(artifact, false, Optional.of(refusal));
        }
    }

    /**
     * Lets an import begin in which every artifact is complete and none of its tags is taken.
     *
     * @return the names of artifacts that the target has, under all of their tags: a registry takes a manifest only when all
     *     that it names is there
     * @throws TransferException if one is not, naming all of them; if errors do not stop the run, only if none is left
     */
    Set<String> requireImportable() throws IOException {
        List<Check> checks = Fanout.map(archive.contents().artifacts(), PARALLEL_ARTIFACTS, this::check);
        refuse(checks);
        return checks.stream()
                .filter(Check::present)
                .flatMap(check -> check.artifact().references().stream())
                .map(Reference::toString)
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Lets tags move of which none is taken.
     *
     * @throws TransferException as {@link #requireImportable} does
     */
    void requireTagsFree() throws IOException {
        if (keepsTags()) {
            List<ArchivedArtifact> wanted = archive.contents().artifacts().stream()
                    .filter(artifact -> !isPresent(artifact))
                    .toList();
            refuse(Fanout.map(wanted, PARALLEL_ARTIFACTS, this::checkTags));
        }
    }

    /** Whether the target was found to have all of an artifact. */
    boolean isPresent(ArchivedArtifact artifact) {
        return artifact.references().stream().allMatch(name -> present.contains(name.toString()));
    }

    private void refuse(List<Check> checks) throws TransferException {
        List<ArtifactOutcome> failed =
                checks.stream().flatMap(check -> check.refusal().stream()).toList();
        boolean noneLeft = !checks.isEmpty() && failed.size() == checks.size();
        if (!failed.isEmpty() && (onError == OnError.STOP || noneLeft)) {
            throw new TransferException(
                    Side.TARGET,
                    "%d of %d artifacts cannot be imported: %s"
                            .formatted(failed.size(), checks.size(), messages(failed)));
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

    private Check check(ArchivedArtifact artifact) throws IOException {
        try {
            List<Descriptor> lacking = lacking(graph(artifact));
            if (!lacking.isEmpty()) {
                throw new InvalidManifestException(lacks(lacking.getFirst(), artifact));
            }
        } catch (InvalidManifestException e) {
            return Check.refused(
                    artifact,
                    ArtifactOutcome.failed(
                            artifact.references().getFirst().toString(),
                            artifact.root().digest().toString(),
                            FailureCode.MANIFEST_INVALID,
                            e.getMessage()));
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

    private Check checkTags(ArchivedArtifact artifact) throws IOException {
        boolean everywhere = true;
        for (Reference name : artifact.references()) {
            Optional<Descriptor> found;
            try {
                found = repositories.apply(artifact.repository()).resolve(name.tagOrDigest());
            } catch (IOException e) {
                throw TransferException.at(Side.TARGET, "looking for tags at the", e);
            }
            boolean same = found.isPresent()
                    && found.get().digest().equals(artifact.root().digest());
            if (found.isPresent() && !same && keepsTags()) {
                return Check.refused(
                        artifact,
                        ArtifactOutcome.failed(
                                name.toString(),
                                artifact.root().digest().toString(),
                                FailureCode.TAG_EXISTS,
                                taken(name, found.get(), artifact.root())));
            }
            everywhere &= same;
        }
        return Check.passed(artifact, everywhere);
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

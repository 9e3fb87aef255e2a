package io.transship.core.transfer.artifact;

import io.transship.core.archive.Archive;
import io.transship.core.archive.ArchivedArtifact;
import io.transship.core.archive.ArchivedContent;
import io.transship.core.archive.TableOfContents;
import io.transship.core.content.ContentGraph;
import io.transship.core.oci.Descriptor;
import io.transship.core.oci.Digest;
import io.transship.core.oci.InvalidManifestException;
import io.transship.core.oci.Manifest;
import io.transship.core.oci.Reference;
import io.transship.core.registry.Registry;
import io.transship.core.registry.Repository;
import io.transship.core.transfer.BrokenContentException;
import io.transship.core.transfer.CommitPoint;
import io.transship.core.transfer.Deadline;
import io.transship.core.transfer.Fanout;
import io.transship.core.transfer.MoveResult;
import io.transship.core.transfer.OnError;
import io.transship.core.transfer.Slice;
import io.transship.core.transfer.TransferException;
import io.transship.core.transfer.TransferException.Side;
import io.transship.core.transfer.TransferListener;
import io.transship.core.transfer.TransferSettings;
import io.transship.core.transfer.artifact.ArtifactOutcome.Status;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;

/**
 * Import: the artifacts of an archive into a registry. Plan, move and seal may each run again at any time, on any worker;
 * what the registry has is the only progress there is. Thread-safe.
 */
public final class ArtifactImport {

    /** Whether a tag that points to something else may be moved. */
    public enum TagMode {
        KEEP,
        OVERWRITE
    }

    private static final int PARALLEL_CONTENTS = 4;

    /**
     * Of one slice at most: small contents cost requests and not bytes, and one worker should not have thousands of them to
     * itself, nor should what is kept of a slice name as many.
     */
    static final int SLICE_CONTENTS = 256;

    private static final int PARALLEL_ARTIFACTS = 8;

    private final Archive archive;
    private final Registry target;
    private final TagMode tagMode;
    private final OnError onError;
    private final ConcurrentMap<String, Repository> repositories = new ConcurrentHashMap<>();

    public ArtifactImport(Archive archive, Registry target, TagMode tagMode, OnError onError) {
        this.archive = archive;
        this.target = target;
        this.tagMode = tagMode;
        this.onError = onError;
    }

    /**
     * Checks before any byte moves that every artifact of the archive is complete and none of its tags is taken.
     *
     * @throws TransferException if one is not; the message names all of them. With {@link OnError#CONTINUE} only if none
     *     can be imported
     */
    public TableOfContents plan() throws IOException {
        TableOfContents contents = archive.contents();
        refuse(Fanout.map(contents.artifacts(), PARALLEL_ARTIFACTS, this::check));
        return contents;
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

    /** How the contents are grouped under these settings; manifests are not moved but sealed. */
    public static List<Slice> slices(TableOfContents contents, TransferSettings settings) {
        List<ArchivedContent> blobs = blobs(contents);
        List<Slice> slices = new ArrayList<>();
        int from = 0;
        while (from < blobs.size()) {
            long bytes = blobs.get(from).descriptor().size();
            int to = from + 1;
            while (to < blobs.size()
                    && to - from < SLICE_CONTENTS
                    && bytes + blobs.get(to).descriptor().size() <= settings.sliceBytes()) {
                bytes += blobs.get(to).descriptor().size();
                to++;
            }
            slices.add(new Slice(slices.size(), from, to, bytes));
            from = to;
        }
        return slices;
    }

    /**
     * Makes the contents of one slice present in every repository that needs them: what is there stays, what another
     * repository has is mounted, the rest is sent once.
     */
    public MoveResult move(TransferSettings settings, int slice, Deadline deadline, TransferListener listener)
            throws IOException {
        Slice part = slices(archive.contents(), settings).get(slice);
        ConcurrentMap<Digest, String> broken = new ConcurrentHashMap<>();
        List<ArchivedContent> contents = blobs(archive.contents()).subList(part.from(), part.to());
        List<Boolean> done = Fanout.map(contents, PARALLEL_CONTENTS, content -> {
            if (deadline.isPassed()) {
                return false;
            }
            try {
                new ContentPlacement(archive, this::repository, deadline, listener).place(content);
            } catch (IOException e) {
                Optional<Digest> digest = BrokenContentException.contentOf(e);
                if (digest.isEmpty() || onError == OnError.STOP) {
                    throw e;
                }
                broken.put(digest.get(), String.valueOf(e.getMessage()));
            }
            return true;
        });
        int placed = (int) done.stream().filter(Boolean::booleanValue).count() - broken.size();
        return new MoveResult(done.stream().allMatch(Boolean::booleanValue), placed, broken);
    }

    /**
     * Stores the manifests, children first, and moves the tags last, when everything they stand for is there.
     *
     * @param broken contents that could not be moved: artifacts that need them are not tagged
     * @param sent contents that this transfer sent; the others were found at the target
     * @param point passed before the first tag moves
     * @return what became of each artifact, one outcome for each tag
     */
    public List<ArtifactOutcome> seal(Map<Digest, String> broken, Set<Digest> sent, CommitPoint point)
            throws IOException {
        List<ArchivedArtifact> artifacts = archive.contents().artifacts();
        List<Ready> ready = Fanout.map(artifacts, PARALLEL_ARTIFACTS, artifact -> storeChildren(artifact, broken));
        if (onError == OnError.STOP) {
            // Someone may have tagged since the plan was made; no tag moves if one of them must not.
            refuse(Fanout.map(artifacts, PARALLEL_ARTIFACTS, this::checkTags));
        }
        point.pass();
        List<List<ArtifactOutcome>> outcomes = Fanout.map(ready, PARALLEL_ARTIFACTS, this::tag);
        ByteShares shares = new ByteShares(sent::contains);
        List<ArtifactOutcome> all = new ArrayList<>();
        for (int i = 0; i < ready.size(); i++) {
            for (ArtifactOutcome outcome : outcomes.get(i)) {
                ByteShares.Share share = outcome.status() == Status.FAILED
                        ? ByteShares.Share.NONE
                        : shares.of(ready.get(i).blobs());
                all.add(outcome.with(share));
            }
        }
        return all;
    }

    /**
     * An artifact whose manifests are stored, but for its root.
     *
     * @param root empty if it cannot be tagged
     */
    private record Ready(
            ArchivedArtifact artifact,
            Optional<Manifest> root,
            List<Descriptor> blobs,
            FailureCode code,
            String failure) {

        static Ready failed(ArchivedArtifact artifact, FailureCode code, String failure) {
            return new Ready(artifact, Optional.empty(), List.of(), code, failure);
        }
    }

    private Ready storeChildren(ArchivedArtifact artifact, Map<Digest, String> broken) throws IOException {
        Repository repository = repository(artifact.repository());
        ContentGraph graph;
        try {
            graph = graph(artifact);
        } catch (InvalidManifestException e) {
            return failed(artifact, e);
        }
        for (Map.Entry<Digest, String> content : broken.entrySet()) {
            if (graph.digests().contains(content.getKey())) {
                return Ready.failed(artifact, FailureCode.CONTENT_DAMAGED, content.getValue());
            }
        }
        try {
            for (Descriptor blob : lacking(graph)) {
                if (!repository.has(blob)) {
                    return Ready.failed(artifact, FailureCode.CONTENT_MISSING, lacks(blob, artifact));
                }
            }
            for (Manifest manifest : graph.manifests()) {
                if (!manifest.descriptor().digest().equals(artifact.root().digest())) {
                    repository.putManifest(
                            manifest, manifest.descriptor().digest().toString());
                }
            }
        } catch (IOException e) {
            return failed(artifact, e);
        }
        return new Ready(artifact, Optional.of(graph.root()), graph.blobs(), FailureCode.REGISTRY_REFUSED, "");
    }

    private Ready failed(ArchivedArtifact artifact, IOException e) throws IOException {
        if (onError == OnError.STOP || TransferException.isTransient(e)) {
            throw TransferException.at(Side.TARGET, "storing '%s' at the".formatted(artifact.repository()), e);
        }
        return Ready.failed(artifact, FailureCode.of(e), String.valueOf(e.getMessage()));
    }

    private List<ArtifactOutcome> tag(Ready ready) throws IOException {
        ArchivedArtifact artifact = ready.artifact();
        String digest = artifact.root().digest().toString();
        List<ArtifactOutcome> outcomes = new ArrayList<>();
        for (Reference reference : artifact.references()) {
            String name = reference.toString();
            if (ready.root().isEmpty()) {
                outcomes.add(ArtifactOutcome.failed(name, digest, ready.code(), ready.failure()));
                continue;
            }
            try {
                Optional<Descriptor> present = repository(artifact.repository()).resolve(reference.tagOrDigest());
                if (present.isPresent()
                        && present.get().digest().equals(artifact.root().digest())) {
                    outcomes.add(
                            new ArtifactOutcome(name, Status.SKIPPED, digest, null, "the target has it already", 0, 0));
                } else if (present.isPresent() && tagMode == TagMode.KEEP) {
                    outcomes.add(ArtifactOutcome.failed(
                            name, digest, FailureCode.TAG_EXISTS, taken(reference, present.get(), artifact.root())));
                } else {
                    repository(artifact.repository()).putManifest(ready.root().get(), reference.tagOrDigest());
                    outcomes.add(new ArtifactOutcome(name, Status.SUCCEEDED, digest, null, null, 0, 0));
                }
            } catch (IOException e) {
                Ready failure = failed(artifact, e);
                outcomes.add(ArtifactOutcome.failed(name, digest, failure.code(), failure.failure()));
            }
        }
        return outcomes;
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
    private List<Descriptor> lacking(ContentGraph graph) {
        return graph.blobs().stream()
                .filter(blob -> !blob.mediaType().isNonDistributable())
                .filter(blob -> archive.find(blob.digest()).isEmpty())
                .toList();
    }

    private static String lacks(Descriptor blob, ArchivedArtifact artifact) {
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
                present = repository(artifact.repository()).resolve(tag);
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

    private String taken(Reference reference, Descriptor present, Descriptor wanted) {
        return "tag '%s' exists in registry %s with digest %s, the archive has %s; delete the tag, or add the option OverwriteTags to the pipeline"
                .formatted(reference, target.name(), present.digest(), wanted.digest());
    }

    private ContentGraph graph(ArchivedArtifact artifact) throws IOException {
        Manifest root = archive.manifest(artifact.root())
                .orElseThrow(() -> new InvalidManifestException("the archive lacks manifest %s of '%s'"
                        .formatted(
                                artifact.root().digest(), artifact.references().getFirst())));
        return ContentGraph.walk(root, archive);
    }

    private Repository repository(String name) {
        return repositories.computeIfAbsent(name, target::repository);
    }

    private static List<ArchivedContent> blobs(TableOfContents contents) {
        return contents.contents().stream()
                .filter(content -> !content.manifest())
                .toList();
    }

    private static String messages(List<ArtifactOutcome> failed) {
        String text = failed.stream()
                .limit(10)
                .map(outcome -> String.valueOf(outcome.message()))
                .collect(Collectors.joining("; "));
        return failed.size() > 10 ? text + "; and %d more".formatted(failed.size() - 10) : text;
    }
}

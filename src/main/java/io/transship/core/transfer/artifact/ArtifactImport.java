package io.transship.core.transfer.artifact;

import io.transship.core.archive.Archive;
import io.transship.core.archive.ArchivedArtifact;
import io.transship.core.archive.ArchivedContent;
import io.transship.core.archive.TableOfContents;
import io.transship.core.oci.Digest;
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
import io.transship.core.transfer.TransferListener;
import io.transship.core.transfer.TransferSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
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

    /** At once of one slice: small contents wait for answers and not for bytes. */
    private static final int PARALLEL_CONTENTS = 16;

    /** Four large ones keep a line and the cores busy. */
    private static final int WEIGHT_OF_LARGE = PARALLEL_CONTENTS / 4;

    private static final long LARGE = 1024 * 1024;

    /**
     * Of one slice at most: small contents cost requests and not bytes, and one worker should not have thousands of them to
     * itself, nor should what is kept of a slice name as many.
     */
    static final int SLICE_CONTENTS = 256;

    private final Archive archive;
    private final Registry target;
    private final TagMode tagMode;
    private final OnError onError;
    private final Set<String> present;
    private final ConcurrentMap<String, Repository> repositories = new ConcurrentHashMap<>();

    /** An import of which nothing is known yet. */
    public ArtifactImport(Archive archive, Registry target, TagMode tagMode, OnError onError) {
        this(archive, target, tagMode, onError, Set.of());
    }

    private ArtifactImport(Archive archive, Registry target, TagMode tagMode, OnError onError, Set<String> present) {
        this.archive = archive;
        this.target = target;
        this.tagMode = tagMode;
        this.onError = onError;
        this.present = Set.copyOf(present);
    }

    /** The same import, which asks and sends no more for what {@link #plan} found at the target. */
    public ArtifactImport having(Set<String> found) {
        return new ArtifactImport(archive, target, tagMode, onError, found);
    }

    /**
     * Checks before any byte moves that every artifact of the archive is complete and none of its tags is taken.
     *
     * @return names of the artifacts that the target has already, under all of their tags
     * @throws TransferException if one is not; the message names all of them. With {@link OnError#CONTINUE} only if none
     *     can be imported
     */
    public Set<String> plan() throws IOException {
        return checks().requireImportable();
    }

    /** Whether {@link #plan} found every artifact at the target, so that there is nothing to move. */
    public boolean isComplete() {
        ImportChecks checks = checks();
        return archive.contents().artifacts().stream().allMatch(checks::isPresent);
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
        Set<String> wanted = wantedRepositories();
        ContentPlacement placement = new ContentPlacement(archive, this::repository, deadline, listener);
        List<Boolean> done = Fanout.map(contents, PARALLEL_CONTENTS, ArtifactImport::weight, content -> {
            if (Collections.disjoint(content.repositories(), wanted)) {
                listener.saved(content.descriptor().size());
                return true;
            }
            if (deadline.isPassed()) {
                return false;
            }
            try {
                placement.place(content);
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
        return new ArtifactSeal(archive, this::repository, checks(), onError)
                .seal(broken, new ByteShares(sent::contains), point);
    }

    /** Repositories with an artifact that the target does not have yet: what others need is there. */
    private Set<String> wantedRepositories() {
        ImportChecks checks = checks();
        return archive.contents().artifacts().stream()
                .filter(artifact -> !checks.isPresent(artifact))
                .map(ArchivedArtifact::repository)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static int weight(ArchivedContent content) {
        return content.descriptor().size() < LARGE ? 1 : WEIGHT_OF_LARGE;
    }

    private ImportChecks checks() {
        return new ImportChecks(archive, target.name(), this::repository, tagMode, onError, present);
    }

    private Repository repository(String name) {
        return repositories.computeIfAbsent(name, target::repository);
    }

    private static List<ArchivedContent> blobs(TableOfContents contents) {
        return contents.contents().stream()
                .filter(content -> !content.manifest())
                .toList();
    }
}

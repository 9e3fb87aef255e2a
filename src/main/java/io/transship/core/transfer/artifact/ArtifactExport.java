package io.transship.core.transfer.artifact;

import io.transship.core.archive.ArchivePlan;
import io.transship.core.archive.ArchivePlanner;
import io.transship.core.archive.MissingArtifact;
import io.transship.core.archive.PlannedArtifact;
import io.transship.core.content.ContentGraph;
import io.transship.core.oci.Descriptor;
import io.transship.core.oci.Digest;
import io.transship.core.oci.Manifest;
import io.transship.core.oci.Reference;
import io.transship.core.registry.Registry;
import io.transship.core.registry.RegistryException;
import io.transship.core.registry.Repository;
import io.transship.core.storage.BlobContainer;
import io.transship.core.storage.BlobName;
import io.transship.core.storage.WriteMode;
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
import io.transship.core.transfer.block.BlockBuffers;
import io.transship.core.transfer.block.BlockLayout;
import io.transship.core.transfer.block.SealHints;
import io.transship.core.transfer.block.SealResult;
import io.transship.core.transfer.block.StagedArchive;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Export: artifacts of a registry into one archive. Plan, move and seal may each run again at any time, on any worker; what
 * is staged at the target is the only progress there is. Thread-safe.
 */
public final class ArtifactExport {

    private static final int PARALLEL_ARTIFACTS = 8;

    private final Registry source;
    private final BlobContainer target;
    private final BlobName name;
    private final WriteMode mode;
    private final OnError onError;

    public ArtifactExport(Registry source, BlobContainer target, BlobName name, WriteMode mode, OnError onError) {
        this.source = source;
        this.target = target;
        this.name = name;
        this.mode = mode;
        this.onError = onError;
    }

    /**
     * Decides everything and writes nothing: what the artifacts consist of and where each content lies in the archive.
     *
     * @param excluded artifacts that failed in an earlier attempt of this run, with the reason: left out and listed as
     *     missing
     * @throws TransferException if the archive exists and may not be overwritten, or if artifacts cannot be read: the message
     *     names all of them. With {@link OnError#CONTINUE} only if none can be read
     */
    public ArchivePlan plan(Collection<Reference> artifacts, Map<String, String> excluded) throws IOException {
        StagedArchive.refuseToOverwrite(target, name, mode);
        List<MissingArtifact> missing = new ArrayList<>();
        List<Reference> wanted = new ArrayList<>();
        for (Reference artifact : new TreeSet<>(artifacts)) {
            String reason = excluded.get(artifact.toString());
            if (reason == null) {
                wanted.add(artifact);
            } else {
                missing.add(new MissingArtifact(artifact.toString(), FailureCode.CONTENT_DAMAGED.label(), reason));
            }
        }
        List<Found> found = Fanout.map(wanted, PARALLEL_ARTIFACTS, this::find);
        for (Found one : found) {
            if (one.failure() != null) {
                missing.add(new MissingArtifact(
                        one.artifact().toString(),
                        FailureCode.of(one.failure()).label(),
                        String.valueOf(one.failure().getMessage())));
            }
        }
        List<PlannedArtifact> planned = group(found);
        if (!missing.isEmpty() && (onError == OnError.STOP || planned.isEmpty())) {
            TransferException refusal = new TransferException(
                    Side.SOURCE,
                    "%d of %d artifacts cannot be exported: %s"
                            .formatted(
                                    missing.size(), missing.size() + found.size() - failures(found), listOf(missing)));
            found.stream()
                    .map(Found::failure)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .ifPresent(refusal::initCause);
            throw refusal;
        }
        return ArchivePlanner.plan(source.name(), planned, missing);
    }

    /**
     * Whether the blob that is there says that it is this archive. Only {@link #seal} looks at its blocks, and finds out what
     * has to be moved all the same.
     */
    public boolean isStored(ArchivePlan plan) throws TransferException {
        // Where none may be replaced, planning saw that there is none.
        return mode.equals(WriteMode.OVERWRITE) && StagedArchive.isStored(target, name, content(plan));
    }

    /** How an archive is cut under these settings. */
    public static List<Slice> slices(ArchivePlan plan, TransferSettings settings) {
        return BlockLayout.of(plan, settings).slices();
    }

    /**
     * Stages the blocks of one slice that are not staged yet.
     *
     * @param run makes this transfer's blocks its own
     */
    public MoveResult move(
            ArchivePlan plan,
            TransferSettings settings,
            String run,
            int slice,
            BlockBuffers buffers,
            Deadline deadline,
            TransferListener listener)
            throws IOException {
        BlockLayout layout = BlockLayout.of(plan, settings);
        SourceContents contents = new SourceContents(source, plan);
        try {
            boolean finished = staged(plan, layout, run)
                    .move(
                            slice,
                            new PlannedUnits(plan, contents),
                            unit -> contents.link(unit.start(), unit.end()),
                            buffers,
                            deadline,
                            listener);
            return finished
                    ? MoveResult.finished(
                            contentsIn(plan, layout, layout.slices().get(slice)))
                    : MoveResult.UNFINISHED;
        } catch (IOException e) {
            Optional<Digest> broken = BrokenContentException.contentOf(e);
            if (broken.isPresent() && onError == OnError.CONTINUE) {
                return new MoveResult(false, 0, Map.of(broken.get(), String.valueOf(e.getMessage())));
            }
            throw e;
        }
    }

    /** Contents whose last byte lies in a slice. */
    private static int contentsIn(ArchivePlan plan, BlockLayout layout, Slice slice) {
        List<BlockLayout.Unit> units = layout.units(slice);
        long start = units.getFirst().start();
        long end = units.getLast().end();
        return (int) plan.contents().contents().stream()
                .mapToLong(content -> content.offset() + content.descriptor().size())
                .filter(last -> last > start && last <= end)
                .count();
    }

    /** Commits the archive if every block of it is staged. */
    public SealResult seal(ArchivePlan plan, TransferSettings settings, String run, CommitPoint point)
            throws IOException {
        return seal(plan, settings, run, Map.of(), point);
    }

    /**
     * The same with more metadata of the blob.
     *
     * @param hints as those of {@link SealHints}; which contents were copied unseen is added
     */
    public SealResult seal(
            ArchivePlan plan, TransferSettings settings, String run, Map<String, String> hints, CommitPoint point)
            throws IOException {
        return staged(plan, BlockLayout.of(plan, settings), run)
                .seal(
                        mode,
                        copied -> UnhashedContents.of(plan.contents(), copied).hints(hints),
                        point);
    }

    private record Found(
            Reference artifact,
            @Nullable ContentGraph graph,
            @Nullable IOException failure) {}

    private Found find(Reference artifact) throws IOException {
        Repository repository = source.repository(artifact.repository());
        try {
            Manifest root = repository.manifest(artifact.tagOrDigest());
            return new Found(artifact, carried(ContentGraph.walk(root, repository), repository), null);
        } catch (IOException e) {
            if (TransferException.isTransient(e) || isAboutTheRegistry(e)) {
                throw TransferException.at(Side.SOURCE, "reading '%s' from".formatted(artifact), e);
            }
            return new Found(artifact, null, e);
        }
    }

    /** Wrong credentials meet every artifact alike: one message is better than many. */
    private static boolean isAboutTheRegistry(IOException e) {
        return e instanceof RegistryException registry && registry.kind() == RegistryException.Kind.UNAUTHORIZED;
    }

    /** Leaves out layers that their licence keeps out of registries, unless this registry has them all the same. */
    private static ContentGraph carried(ContentGraph graph, Repository repository) throws IOException {
        List<Descriptor> blobs = new ArrayList<>();
        for (Descriptor blob : graph.blobs()) {
            if (!blob.mediaType().isNonDistributable() || repository.has(blob)) {
                blobs.add(blob);
            }
        }
        return new ContentGraph(graph.manifests(), blobs);
    }

    /** Names that point to one manifest of one repository become one artifact with several tags. */
    private static List<PlannedArtifact> group(List<Found> found) {
        Map<String, List<String>> tags = new TreeMap<>();
        Map<String, PlannedArtifact> artifacts = new TreeMap<>();
        for (Found one : found) {
            if (one.graph() == null) {
                continue;
            }
            String key = one.artifact().repository() + "@"
                    + one.graph().root().descriptor().digest();
            List<String> known = tags.computeIfAbsent(key, unused -> new ArrayList<>());
            if (one.artifact().tag() != null) {
                known.add(one.artifact().tag());
            }
            artifacts.put(key, new PlannedArtifact(one.artifact().repository(), List.copyOf(known), one.graph()));
        }
        return List.copyOf(artifacts.values());
    }

    private static int failures(List<Found> found) {
        return (int) found.stream().filter(one -> one.failure() != null).count();
    }

    private static String listOf(List<MissingArtifact> missing) {
        int shown = Math.min(10, missing.size());
        StringBuilder text = new StringBuilder();
        for (MissingArtifact one : missing.subList(0, shown)) {
            text.append(text.isEmpty() ? "" : "; ").append(one.reason());
        }
        return shown < missing.size() ? text + "; and %d more".formatted(missing.size() - shown) : text.toString();
    }

    private StagedArchive staged(ArchivePlan plan, BlockLayout layout, String run) {
        return new StagedArchive(target, name, layout, content(plan), run);
    }

    private static String content(ArchivePlan plan) {
        // The same plan was cut in another way once: such blocks are another transfer's.
        return plan.fingerprint() + " cut at its large contents";
    }
}

package io.transship.core.pipeline.execution;

import io.transship.core.archive.Archive;
import io.transship.core.archive.ArchiveFormatException;
import io.transship.core.archive.TableOfContents;
import io.transship.core.content.ContentMismatchException;
import io.transship.core.content.RangeSource;
import io.transship.core.oci.Digest;
import io.transship.core.pipeline.Pipeline;
import io.transship.core.pipeline.PipelineOption;
import io.transship.core.pipeline.RunTrace;
import io.transship.core.pipeline.run.LegPlan;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.PipelineRuns;
import io.transship.core.pipeline.run.RunJson;
import io.transship.core.pipeline.run.SliceProgress;
import io.transship.core.registry.Registry;
import io.transship.core.storage.BlobContainer;
import io.transship.core.storage.BlobProperties;
import io.transship.core.storage.StorageException;
import io.transship.core.transfer.CommitPoint;
import io.transship.core.transfer.Deadline;
import io.transship.core.transfer.MoveResult;
import io.transship.core.transfer.OnError;
import io.transship.core.transfer.Slice;
import io.transship.core.transfer.TransferException;
import io.transship.core.transfer.TransferException.Side;
import io.transship.core.transfer.TransferListener;
import io.transship.core.transfer.TransferSettings;
import io.transship.core.transfer.artifact.ArtifactImport;
import io.transship.core.transfer.artifact.ArtifactImport.TagMode;
import io.transship.core.transfer.block.BlockBuffers;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An import's steps. Its plan documents pin the archive's version and keep its table of contents. */
final class ImportWork implements LegWork {

    private static final String ARCHIVE = "import-archive";
    private static final String CONTENTS = "import-contents";

    /** Only there if the target had some of the artifacts. */
    private static final String PRESENT = "import-present";

    private final PipelineRun run;
    private final PipelineRuns runs;
    private final Pipeline pipeline;
    private final BlobContainer container;
    private final Registry target;
    private final TransferSettings settings;

    ImportWork(
            PipelineRun run,
            PipelineRuns runs,
            Pipeline pipeline,
            BlobContainer container,
            Registry target,
            TransferSettings settings) {
        this.run = run;
        this.runs = runs;
        this.pipeline = pipeline;
        this.container = container;
        this.target = target;
        this.settings = settings;
    }

    @Override
    public Planned plan() throws IOException {
        BlobProperties archive = container
                .find(run.archive())
                .orElseThrow(() -> new StorageException(
                        StorageException.Kind.BLOB_NOT_FOUND,
                        "blob '%s' does not exist in container '%s'; check the name, or copy the archive there first"
                                .formatted(run.archive(), container.uri())));
        BlobProperties stored = RunDocuments.kept(runs, run, ARCHIVE, RunJson.write(archive), ImportWork::pinned);
        Archive opened = opened(stored);
        Optional<Digest> catalogDigest = opened.catalogDigest();
        requireCatalogDigest(catalogDigest);
        Archive wanted = run.only().isEmpty()
                ? opened
                : Archive.of(container.open(stored), opened.contents().only(run.only()));
        Set<String> found = importer(wanted).plan();
        Set<String> present = found.isEmpty()
                ? found
                : RunDocuments.kept(runs, run, PRESENT, RunJson.write(found), ImportWork::names);
        TableOfContents kept =
                RunDocuments.kept(runs, run, CONTENTS, wanted.contents().toJson(), TableOfContents::parse);
        List<Slice> slices = ArtifactImport.slices(kept, settings);
        LegPlan decided = new LegPlan(
                settings,
                slices.size(),
                slices.stream().mapToLong(Slice::bytes).sum(),
                kept.contents().size(),
                kept.artifacts().stream()
                        .mapToInt(artifact -> artifact.references().size())
                        .sum());
        return new Planned(
                decided.withPresent(importer(wanted).having(present).isComplete()),
                catalogDigest.map(Digest::toString).orElse(null),
                stored.metadata().get(RunTrace.METADATA));
    }

    @Override
    public MoveResult move(
            LegPlan decided, int slice, BlockBuffers buffers, Deadline deadline, TransferListener listener)
            throws IOException {
        try {
            MoveResult result =
                    importer(archive()).having(present()).move(decided.settings(), slice, deadline, listener);
            Map<Digest, String> broken = new HashMap<>(result.broken());
            broken.replaceAll((content, reason) -> unusable(reason));
            return new MoveResult(result.finished(), result.contents(), broken);
        } catch (TransferException e) {
            throw isDamage(e.getCause()) ? unusable(e) : e;
        }
    }

    @Override
    public Sealed seal(LegPlan decided, List<SliceProgress> slices, CommitPoint point) throws IOException {
        Map<Digest, String> broken = new HashMap<>();
        Set<Digest> sent = new HashSet<>();
        for (SliceProgress slice : slices) {
            slice.broken().forEach((digest, reason) -> broken.put(Digest.parse(digest), reason));
            slice.sent().forEach(digest -> sent.add(Digest.parse(digest)));
        }
        return new Sealed.Done(importer(archive()).having(present()).seal(broken, sent, point));
    }

    /** Removes the archive, if it is still the one that was imported; safe to do again. */
    void deleteArchive() throws IOException {
        BlobProperties stored = stored();
        container.delete(stored.name(), stored.etag());
    }

    private void requireCatalogDigest(Optional<Digest> found) throws TransferException {
        String expected = run.request().catalogDigest();
        if (expected != null
                && found.map(Digest::toString).filter(expected::equals).isEmpty()) {
            throw new TransferException(
                    Side.SOURCE,
                    "archive '%s' in container '%s' has catalog digest %s and not %s, as the run was asked to expect; check that the right archive was copied, or leave the digest out"
                            .formatted(
                                    run.archive(),
                                    container.uri(),
                                    found.map(Digest::toString).orElse("none, since another tool wrote it,"),
                                    expected));
        }
    }

    private Archive opened(BlobProperties stored) throws IOException {
        RangeSource bytes = container.open(stored);
        try {
            return Archive.open(bytes);
        } catch (ArchiveFormatException | ContentMismatchException e) {
            throw unusable(e);
        }
    }

    /** Whether it is the archive's fault; nothing that a registry says counts. */
    private static boolean isDamage(@Nullable Throwable cause) {
        return cause instanceof ArchiveFormatException || cause instanceof ContentMismatchException;
    }

    private TransferException unusable(IOException damage) {
        TransferException failure = new TransferException(Side.SOURCE, unusable(String.valueOf(damage.getMessage())));
        failure.initCause(damage);
        return failure;
    }

    /** What reads an archive knows entries and offsets; which archive it is, and where a good one is to be had, is known here. */
    private String unusable(String damage) {
        return "archive '%s' in container '%s' cannot be imported: %s; copy the archive there again, or export it again"
                .formatted(run.archive(), container.uri(), damage);
    }

    private ArtifactImport importer(Archive archive) {
        TagMode tagMode = pipeline.has(PipelineOption.OVERWRITE_TAGS) ? TagMode.OVERWRITE : TagMode.KEEP;
        return new ArtifactImport(archive, target, tagMode, onError());
    }

    private OnError onError() {
        return pipeline.has(PipelineOption.CONTINUE_ON_ERRORS) ? OnError.CONTINUE : OnError.STOP;
    }

    private Archive archive() throws IOException {
        TableOfContents contents = RunDocuments.required(runs, run, CONTENTS, TableOfContents::parse);
        return Archive.of(container.open(stored()), contents);
    }

    private Set<String> present() throws IOException {
        return RunDocuments.optional(runs, run, PRESENT, ImportWork::names).orElse(Set.of());
    }

    private static Set<String> names(byte[] document) throws IOException {
        return Set.of(RunJson.read(document, String[].class));
    }

    private BlobProperties stored() throws IOException {
        return RunDocuments.required(runs, run, ARCHIVE, ImportWork::pinned);
    }

    private static BlobProperties pinned(byte[] document) throws IOException {
        return RunJson.read(document, BlobProperties.class);
    }
}

package io.transship.core.transfer.artifact;

import static io.transship.core.transfer.TransferSamples.ALL;
import static io.transship.core.transfer.TransferSamples.SMALL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.transship.core.archive.Archive;
import io.transship.core.archive.ArchivePlan;
import io.transship.core.archive.MissingArtifact;
import io.transship.core.content.ContentMismatchException;
import io.transship.core.oci.Descriptor;
import io.transship.core.oci.Digest;
import io.transship.core.storage.BlobContainer;
import io.transship.core.storage.BlobOperation;
import io.transship.core.storage.BlobProperties;
import io.transship.core.storage.FailingBlobContainer;
import io.transship.core.storage.FailingBlobContainer.Moment;
import io.transship.core.storage.InMemoryBlobContainer;
import io.transship.core.storage.StorageException;
import io.transship.core.storage.WriteMode;
import io.transship.core.transfer.CommitPoint;
import io.transship.core.transfer.Deadline;
import io.transship.core.transfer.MoveResult;
import io.transship.core.transfer.OnError;
import io.transship.core.transfer.Slice;
import io.transship.core.transfer.StepwiseClock;
import io.transship.core.transfer.TransferException;
import io.transship.core.transfer.TransferException.Side;
import io.transship.core.transfer.TransferListener;
import io.transship.core.transfer.TransferSamples;
import io.transship.core.transfer.TransferSettings;
import io.transship.core.transfer.block.SealResult;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ArtifactExportTest extends ExportSteps {

    ArtifactExportTest() throws IOException {}

    @Test
    void exportsTheSameBytesWhateverTheOrderOfArtifactsAndSlicesIs() throws IOException {
        byte[] expected = bytes(container, run(export(container), "run 1"));
        for (int seed = 0; seed < 5; seed++) {
            Random random = new Random(seed);
            List<String> names = new ArrayList<>(ALL);
            Collections.shuffle(names, random);
            InMemoryBlobContainer other = new InMemoryBlobContainer();
            ArtifactExport export = export(other);
            ArchivePlan plan = export.plan(TransferSamples.references(names), Map.of());
            List<Slice> slices = new ArrayList<>(ArtifactExport.slices(plan, SMALL));
            assertThat(slices).hasSizeGreaterThanOrEqualTo(3);
            Collections.shuffle(slices, random);
            for (Slice slice : slices) {
                assertThat(move(export, plan, "run", slice.number(), NEVER)).matches(MoveResult::finished);
            }

            assertThat(bytes(other, sealed(export.seal(plan, SMALL, "run", CommitPoint.OPEN))))
                    .as("seed %d", seed)
                    .isEqualTo(expected);
        }
    }

    @Test
    void carriesSharedContentOnce() throws IOException {
        BlobProperties stored = run(export(container), "run");

        Archive archive = Archive.open(container.open(stored));

        assertThat(archive.find(samples.shared().digest()).orElseThrow().repositories())
                .containsExactly("team/app", "team/tools");
        assertThat(stored.length()).isBetween(530_000L, 570_000L);
        assertThat(stored.metadata()).containsEntry("category", "transship-archive");
    }

    @Test
    void sendsOnlyTheBlocksThatAreMissing() throws IOException {
        AtomicInteger staged = new AtomicInteger();
        BlobContainer failing = new FailingBlobContainer(container, (moment, operation, subject) -> {
            if (operation == BlobOperation.STAGE_BLOCK && moment == Moment.BEFORE && staged.incrementAndGet() == 4) {
                throw new StorageException(StorageException.Kind.UNAVAILABLE, "the line is down");
            }
        });
        ArtifactExport export = export(failing);
        ArchivePlan plan = export.plan(TransferSamples.references(ALL), Map.of());
        int slices = ArtifactExport.slices(plan, SMALL).size();

        assertThatExceptionOfType(TransferException.class)
                .isThrownBy(() -> moveAll(export, plan, slices))
                .withMessage("writing to target: the line is down")
                .matches(TransferException::isTransient)
                .matches(e -> e.side() == Side.TARGET);
        assertThat(export.seal(plan, SMALL, "run", CommitPoint.OPEN)).isInstanceOf(SealResult.Incomplete.class);
        moveAll(export, plan, slices);
        long blocks = blocks(plan, SMALL);
        assertThat(container.count(BlobOperation.STAGE_BLOCK)).isEqualTo(blocks);
        moveAll(export, plan, slices);

        assertThat(container.count(BlobOperation.STAGE_BLOCK)).isEqualTo(blocks);
        Archive.open(container.open(sealed(export.seal(plan, SMALL, "run", CommitPoint.OPEN))));
    }

    @Test
    void makesAnArchiveThatIsThereAnewWithoutSendingItAgain() throws IOException {
        ArtifactExport export = overwriting(container);
        BlobProperties first = run(export, "run 1");
        byte[] bytes = bytes(container, first);
        long staged = container.count(BlobOperation.STAGE_BLOCK);

        BlobProperties second = run(export, "run 2");

        assertThat(container.count(BlobOperation.STAGE_BLOCK)).isEqualTo(staged);
        assertThat(second.etag()).as("a new version, which is a new event").isNotEqualTo(first.etag());
        assertThat(bytes(container, second)).isEqualTo(bytes);
    }

    @Test
    void sendsAgainWhatAnotherWroteOverTheArchive() throws IOException {
        ArtifactExport export = overwriting(container);
        BlobProperties first = run(export, "run 1");
        byte[] bytes = bytes(container, first);
        long staged = container.count(BlobOperation.STAGE_BLOCK);
        container.write(NAME, new byte[bytes.length], WriteMode.OVERWRITE, first.metadata());

        assertThat(bytes(container, run(export, "run 2"))).isEqualTo(bytes);

        assertThat(container.count(BlobOperation.STAGE_BLOCK)).isEqualTo(2 * staged);
    }

    @Test
    void doesNotMixTheBlocksOfAnArchiveThatIsReplacedBeforeTheSeal() throws IOException {
        ArtifactExport export = overwriting(container);
        BlobProperties first = run(export, "run 1");
        AtomicInteger finds = new AtomicInteger();
        BlobContainer replaced = new FailingBlobContainer(container, (moment, operation, subject) -> {
            // The seal looks at the blocks first and then at the blob.
            if (operation == BlobOperation.COMMITTED_BLOCKS && moment == Moment.AFTER && finds.incrementAndGet() == 1) {
                container.write(NAME, new byte[10], WriteMode.OVERWRITE, Map.of());
            }
        });
        ArchivePlan plan = export.plan(TransferSamples.references(ALL), Map.of());

        assertThatExceptionOfType(TransferException.class)
                .isThrownBy(() -> overwriting(replaced).seal(plan, SMALL, "run 2", CommitPoint.OPEN))
                .withMessageContaining("written by another at the same moment")
                .matches(TransferException::isTransient);

        assertThat(bytes(container, run(export, "run 2"))).hasSize((int) first.length());
    }

    private ArtifactExport overwriting(BlobContainer target) {
        return new ArtifactExport(samples.registry(), target, NAME, WriteMode.OVERWRITE, OnError.STOP);
    }

    @Test
    void refusesArtifactsThatCannotBeReadAndNamesThemAll() {
        List<String> names = List.of("team/app:1", "team/app:9", "nowhere:1");

        assertThatExceptionOfType(TransferException.class)
                .isThrownBy(() -> export(container).plan(TransferSamples.references(names), Map.of()))
                .withMessageStartingWith("2 of 3 artifacts cannot be exported: ")
                .withMessageContainingAll("nowhere:1", "team/app:9")
                .matches(e -> !TransferException.isTransient(e));
    }

    @Test
    void leavesOutWhatCannotBeReadIfErrorsDoNotStopIt() throws IOException {
        ArtifactExport export = export(container, OnError.CONTINUE);
        List<String> names = List.of("team/app:1", "team/app:9", "charts/hello:2");
        Map<String, String> excluded = Map.of("charts/hello:2", "it is broken");

        ArchivePlan plan = export.plan(TransferSamples.references(names), excluded);

        assertThat(plan.contents().missing())
                .extracting(MissingArtifact::artifact)
                .containsExactlyInAnyOrder("charts/hello:2", "team/app:9");
        assertThat(plan.contents().artifacts()).hasSize(1);
        assertThatExceptionOfType(TransferException.class)
                .isThrownBy(() -> export.plan(TransferSamples.references(List.of("charts/hello:2")), excluded))
                .withMessage("1 of 1 artifacts cannot be exported: it is broken");
    }

    @Test
    void neverSealsContentThatArrivesDamaged() throws IOException {
        for (Descriptor content : List.of(samples.shared(), samples.chartLayer())) {
            InMemoryBlobContainer fresh = new InMemoryBlobContainer();
            samples.damage(content.digest());
            ArtifactExport export = export(fresh);
            ArchivePlan plan = export.plan(TransferSamples.references(ALL), Map.of());

            assertThatExceptionOfType(TransferException.class)
                    .isThrownBy(() -> moveAll(
                            export, plan, ArtifactExport.slices(plan, SMALL).size()))
                    .withMessageContaining(content.digest().toString())
                    .withCauseInstanceOf(ContentMismatchException.class)
                    .matches(e -> !TransferException.isTransient(e));
            assertThat(export.seal(plan, SMALL, "run", CommitPoint.OPEN)).isInstanceOf(SealResult.Incomplete.class);
            assertThat(fresh.find(NAME)).isEmpty();
        }
    }

    @Test
    void namesBrokenContentAndTheArtifactsThatNeedIt() throws IOException {
        samples.damage(samples.shared().digest());
        ArtifactExport export = export(container, OnError.CONTINUE);
        ArchivePlan plan = export.plan(TransferSamples.references(ALL), Map.of());
        Set<Digest> broken = new HashSet<>();
        for (Slice slice : ArtifactExport.slices(plan, SMALL)) {
            broken.addAll(
                    move(export, plan, "run", slice.number(), NEVER).broken().keySet());
        }

        assertThat(broken).containsExactly(samples.shared().digest());
        assertThat(ExportedArtifacts.of(plan).thatNeed(broken))
                .containsExactlyInAnyOrder("team/app:1", "team/app:latest", "team/tools:1", "team/tools:amd64");
        assertThat(ExportedArtifacts.of(plan)
                        .thatNeed(Set.of(samples.chartLayer().digest())))
                .containsExactly("charts/hello:2");
    }

    @Test
    void getsToTheEndOfAContentThatIsLargerThanAStep() throws IOException {
        StepwiseClock clock = new StepwiseClock(Duration.ofSeconds(1));
        ArtifactExport export = export(container);
        ArchivePlan plan = export.plan(TransferSamples.references(ALL), Map.of());
        int slices = ArtifactExport.slices(plan, SMALL).size();
        int rounds = 0;
        for (int slice = 0; slice < slices; slice++) {
            MoveResult result;
            do {
                // Time for two blocks, and the large content has five.
                result = move(export, plan, "run", slice, Deadline.in(Duration.ofSeconds(3), clock));
                rounds++;
            } while (!result.finished() && rounds < 100);
        }

        assertThat(rounds).isGreaterThan(slices);
        sealed(export.seal(plan, SMALL, "run", CommitPoint.OPEN));
        assertThat(container.count(BlobOperation.STAGE_BLOCK))
                .as("each block is sent once")
                .isEqualTo(blocks(plan, SMALL));
    }

    @Test
    void handsOnWhatIsLeftWhenTheDeadlinePasses() throws IOException {
        TransferSettings oneSlice = new TransferSettings(SMALL.blockBytes(), 1 << 30);
        StepwiseClock clock = new StepwiseClock(Duration.ofSeconds(1));
        ArtifactExport export = export(container);
        ArchivePlan plan = export.plan(TransferSamples.references(ALL), Map.of());
        int rounds = 0;
        MoveResult result;
        do {
            Deadline deadline = Deadline.in(Duration.ofSeconds(9), clock);
            result = export.move(plan, oneSlice, "run", 0, buffers, deadline, TransferListener.NONE);
            rounds++;
        } while (!result.finished() && rounds < 100);

        assertThat(rounds).isBetween(2, 20);
        assertThat(container.count(BlobOperation.STAGE_BLOCK)).isEqualTo(blocks(plan, oneSlice));
        sealed(export.seal(plan, oneSlice, "run", CommitPoint.OPEN));
    }
}

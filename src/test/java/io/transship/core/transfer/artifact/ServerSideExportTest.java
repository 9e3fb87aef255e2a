package io.transship.core.transfer.artifact;

import static io.transship.core.transfer.TransferSamples.SMALL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.transship.core.archive.ArchivePlan;
import io.transship.core.oci.Descriptor;
import io.transship.core.oci.Digest;
import io.transship.core.oci.MediaType;
import io.transship.core.oci.TestArtifacts;
import io.transship.core.registry.InMemoryRegistry;
import io.transship.core.storage.BlobContainer;
import io.transship.core.storage.BlobName;
import io.transship.core.storage.BlobOperation;
import io.transship.core.storage.BlobProperties;
import io.transship.core.storage.FailingBlobContainer;
import io.transship.core.storage.FailingBlobContainer.Moment;
import io.transship.core.storage.InMemoryBlobContainer;
import io.transship.core.storage.StagedBlock;
import io.transship.core.storage.StorageException;
import io.transship.core.storage.WriteMode;
import io.transship.core.transfer.CommitPoint;
import io.transship.core.transfer.Deadline;
import io.transship.core.transfer.Heard;
import io.transship.core.transfer.MoveResult;
import io.transship.core.transfer.OnError;
import io.transship.core.transfer.SetClock;
import io.transship.core.transfer.Slice;
import io.transship.core.transfer.TransferException;
import io.transship.core.transfer.TransferListener;
import io.transship.core.transfer.TransferSamples;
import io.transship.core.transfer.TransferSettings;
import io.transship.core.transfer.block.BlockBuffers;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Exports whose target fetches large layers by itself, always or sometimes. */
@Timeout(30)
class ServerSideExportTest {

    private static final BlobName NAME = new BlobName("archive.tar");
    private static final Deadline NEVER = Deadline.in(Duration.ofDays(1), Clock.systemUTC());
    private static final int LARGE = 700_001;

    /** Everything in one slice. */
    private static final TransferSettings ONE_SLICE = new TransferSettings(SMALL.blockBytes(), 1 << 30);

    private final TestArtifacts artifacts = new TestArtifacts(7);
    private final Descriptor first = artifacts.blob(MediaType.OCI_LAYER, LARGE);
    private final Descriptor second = artifacts.blob(MediaType.OCI_LAYER, LARGE);
    private final Descriptor small = artifacts.blob(MediaType.OCI_LAYER, 400_000);
    private final InMemoryRegistry registry = new InMemoryRegistry("source.test");
    private final BlockBuffers buffers = new BlockBuffers(256 * 1024);
    private final AtomicInteger addresses = new AtomicInteger();
    private final InMemoryBlobContainer target = new InMemoryBlobContainer().fetchingFrom(this::open);
    private final Heard heard = new Heard();

    private volatile int oldestAddress;
    private volatile boolean reachable = true;

    @BeforeEach
    void seed() throws IOException {
        registry.seed("team/app", "1", artifacts.imageOf(small, first, second), artifacts);
        registry.seed("team/tiny", "1", artifacts.image(10), artifacts);
        registry.lead(this::place);
    }

    @Test
    void theBytesOfLargeLayersNeverPassThroughThisProcess() throws IOException {
        Sealed sealed = export(target, SMALL);

        assertThat(heard.copied).hasValue(2L * LARGE);
        assertThat(heard.sent).hasValue(sealed.archive().length() - 2L * LARGE);
        assertThat(bytes(target, sealed.archive())).isEqualTo(streamed());
        assertThat(addresses).as("one address for each layer").hasValue(2);
    }

    @Test
    void theArchiveSaysWhichContentsNobodyHashed() throws IOException {
        Sealed sealed = export(target, SMALL);

        List<Digest> contents = sealed.plan().contents().contents().stream()
                .map(content -> content.descriptor().digest())
                .toList();
        int place = contents.indexOf(first.digest());
        assertThat(sealed.archive().metadata()).containsEntry("transshipunhashed", "%d-%d".formatted(place, place + 1));
        Set<Digest> unhashed = UnhashedContents.said(sealed.archive().metadata())
                .digests(sealed.plan().contents());
        assertThat(unhashed).containsExactlyInAnyOrder(first.digest(), second.digest());
        assertThat(ExportedArtifacts.of(sealed.plan()).outcomes(unhashed))
                .extracting(ArtifactOutcome::artifact, ArtifactOutcome::message)
                .containsExactlyInAnyOrder(
                        tuple(
                                "team/app:1",
                                "2 of 4 layers and configs were fetched by the storage service itself and not hashed on the way; the import hashes them"),
                        tuple("team/tiny:1", null));
    }

    @Test
    void whereTheRegistryLeadsNowhereEverythingIsStreamedAndHashed() throws IOException {
        registry.lead(blob -> Optional.empty());

        Sealed sealed = export(target, SMALL);

        assertThat(heard.copied).hasValue(0);
        assertThat(heard.arrived).hasValue(sealed.archive().length());
        assertThat(sealed.archive().metadata()).doesNotContainKey("transshipunhashed");
        assertThat(bytes(target, sealed.archive())).isEqualTo(streamed());
    }

    @Test
    void streamingTakesOverAtAnyBlockAndGivesTheSameArchive() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        BlobContainer tiring = watched(moment -> {
            if (moment == Moment.BEFORE && asked.incrementAndGet() == 4) {
                reachable = false;
            }
        });

        Sealed sealed = export(tiring, ONE_SLICE);

        assertThat(heard.copied.get()).isBetween(1L, 2L * LARGE - 1);
        assertThat(heard.copied.get() + heard.arrived.get())
                .as("each byte is counted once")
                .isEqualTo(sealed.archive().length());
        assertThat(heard.saved).hasValue(0);
        assertThat(bytes(target, sealed.archive())).isEqualTo(streamed());
        assertThat(sealed.archive().metadata()).containsKey("transshipunhashed");
    }

    @Test
    void anotherWorkerFetchesOnlyWhatTheFirstDidNot() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        BlobContainer dying = watched(moment -> {
            if (moment == Moment.BEFORE && asked.incrementAndGet() == 5) {
                throw new StorageException(StorageException.Kind.UNAVAILABLE, "died");
            }
        });
        assertThatExceptionOfType(TransferException.class)
                .isThrownBy(() -> export(dying, ONE_SLICE))
                .withMessage("writing to target: died")
                .matches(TransferException::isTransient);
        long before = heard.copied.getAndSet(0);
        assertThat(before).isPositive();

        Sealed sealed = export(target, ONE_SLICE);

        assertThat(heard.copied).hasValue(2L * LARGE - before);
        assertThat(heard.saved).hasValue(before);
        assertThat(heard.copied.get() + heard.saved.get() + heard.arrived.get())
                .isEqualTo(sealed.archive().length());
        assertThat(bytes(target, sealed.archive())).isEqualTo(streamed());
    }

    @Test
    void anAddressThatIsOverIsAskedForAnew() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        BlobContainer slow = watched(moment -> {
            if (moment == Moment.BEFORE && asked.incrementAndGet() == 3) {
                oldestAddress = addresses.get() + 1;
            }
        });

        Sealed sealed = export(slow, SMALL);

        assertThat(heard.copied).hasValue(2L * LARGE);
        assertThat(addresses.get()).isBetween(3, 4);
        assertThat(bytes(target, sealed.archive())).isEqualTo(streamed());
    }

    @Test
    void blocksThatCameShorterThanAskedForAreSent() throws IOException {
        registry.lead(blob -> Optional.of(URI.create("https://storage.test/short/" + blob)));

        Sealed sealed = export(target, SMALL);

        // Ten bytes are missing in the last block of each.
        assertThat(heard.copied).hasValue(2L * LARGE);
        assertThat(heard.arrived).hasValue(sealed.archive().length() - 2L * (LARGE / 65_536 * 65_536));
        assertThat(bytes(target, sealed.archive())).isEqualTo(streamed());
    }

    @Test
    void handsOnWhatIsLeftAtTheDeadlineAndCountsIt() throws IOException {
        SetClock clock = new SetClock(Instant.EPOCH);
        BlobContainer slow = watched(moment -> {
            if (moment == Moment.AFTER) {
                clock.advance(Duration.ofSeconds(1));
            }
        });
        ArtifactExport export = exportTo(slow);
        ArchivePlan plan = plan(export);
        long done = 0;
        for (MoveResult result = MoveResult.UNFINISHED; !result.finished(); ) {
            Heard step = new Heard();
            result = export.move(plan, ONE_SLICE, "run", 0, buffers, Deadline.in(Duration.ofSeconds(3), clock), step);
            long now = step.copied.get() + step.saved.get() + step.arrived.get();
            assertThat(now).as("each step gets further").isGreaterThan(done);
            done = now;
        }

        assertThat(done).isEqualTo(plan.length());
        assertThat(bytes(target, seal(export, plan, ONE_SLICE).archive())).isEqualTo(streamed());
    }

    @Test
    void theImporterRefusesWhatTheServiceFetchedWrong() throws IOException {
        registry.lead(blob -> Optional.of(URI.create("https://storage.test/wrong/" + blob)));
        export(target, SMALL);
        InMemoryRegistry arrived = new InMemoryRegistry("target.test");

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> WholeImport.into(arrived, target, NAME, SMALL))
                .withMessageContaining("sha256:")
                .matches(e -> !TransferException.isTransient(e));

        assertThat(TransferSamples.tags(arrived)).isEmpty();
        assertThat(arrived.repository("team/app").has(first)).isFalse();
    }

    @Test
    void ofABlockThatIsThereBothWaysTheOneThatWasSentIsSealedAndTheContentIsHashed() throws IOException {
        registry.lead(blob -> Optional.empty());
        ArtifactExport export = exportTo(target);
        ArchivePlan plan = plan(export);
        move(export, plan, SMALL);
        // As if another worker's service had fetched the same, and wrong.
        for (StagedBlock block : target.stagedBlocks(NAME)) {
            String copied = block.id().substring(0, 24) + "-copied-";
            target.stageBlock(NAME, copied, new byte[(int) block.size()], 0, (int) block.size());
        }

        Sealed sealed = seal(export, plan, SMALL);

        assertThat(bytes(target, sealed.archive())).isEqualTo(streamed());
        assertThat(sealed.archive().metadata()).doesNotContainKey("transshipunhashed");
    }

    private record Sealed(ArchivePlan plan, BlobProperties archive) {}

    private Optional<URI> place(Digest blob) {
        return Optional.of(URI.create("https://storage.test/%d/%s".formatted(addresses.incrementAndGet(), blob)));
    }

    /** The storage behind the registry. */
    private byte @Nullable [] open(URI address) {
        String[] path = address.getPath().split("/", -1);
        byte[] content = registry.blob(Digest.parse(path[2]));
        if (path[1].equals("short")) {
            return Arrays.copyOf(content, content.length - 10);
        }
        if (path[1].equals("wrong")) {
            byte[] changed = content.clone();
            changed[changed.length / 2] ^= 1;
            return changed;
        }
        return reachable && Integer.parseInt(path[1]) >= oldestAddress ? content : null;
    }

    private byte[] streamed() throws IOException {
        InMemoryBlobContainer other = new InMemoryBlobContainer();
        registry.lead(blob -> Optional.empty());
        ArtifactExport export = exportTo(other);
        ArchivePlan plan = plan(export);
        for (Slice slice : ArtifactExport.slices(plan, SMALL)) {
            export.move(plan, SMALL, "run", slice.number(), buffers, NEVER, TransferListener.NONE);
        }
        return bytes(other, seal(export, plan, SMALL).archive());
    }

    private Sealed export(BlobContainer container, TransferSettings settings) throws IOException {
        ArtifactExport export = exportTo(container);
        ArchivePlan plan = plan(export);
        move(export, plan, settings);
        return seal(export, plan, settings);
    }

    private void move(ArtifactExport export, ArchivePlan plan, TransferSettings settings) throws IOException {
        for (Slice slice : ArtifactExport.slices(plan, settings)) {
            assertThat(export.move(plan, settings, "run", slice.number(), buffers, NEVER, heard))
                    .matches(MoveResult::finished);
        }
    }

    private ArtifactExport exportTo(BlobContainer container) {
        return new ArtifactExport(registry, container, NAME, WriteMode.CREATE_NEW, OnError.STOP);
    }

    private static ArchivePlan plan(ArtifactExport export) throws IOException {
        return export.plan(TransferSamples.references(List.of("team/app:1", "team/tiny:1")), Map.of());
    }

    private static Sealed seal(ArtifactExport export, ArchivePlan plan, TransferSettings settings) throws IOException {
        return new Sealed(plan, ExportSteps.sealed(export.seal(plan, settings, "run", CommitPoint.OPEN)));
    }

    private static byte[] bytes(InMemoryBlobContainer container, BlobProperties blob) throws IOException {
        return container.open(blob).read(0, (int) blob.length());
    }

    @FunctionalInterface
    private interface Watch {
        void at(Moment moment) throws IOException;
    }

    /** The target, watched whenever it is to fetch a block. */
    private BlobContainer watched(Watch watch) {
        return new FailingBlobContainer(target, (moment, operation, subject) -> {
            if (operation == BlobOperation.STAGE_BLOCK_FROM) {
                watch.at(moment);
            }
        });
    }
}

package io.transship.core.transfer.block;

import static io.transship.core.transfer.TransferSamples.SMALL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.transship.core.storage.BlobContainer;
import io.transship.core.storage.BlobName;
import io.transship.core.storage.BlobOperation;
import io.transship.core.storage.BlobProperties;
import io.transship.core.storage.FailingBlobContainer;
import io.transship.core.storage.FailingBlobContainer.Moment;
import io.transship.core.storage.InMemoryBlobContainer;
import io.transship.core.storage.StorageException;
import io.transship.core.storage.WriteMode;
import io.transship.core.transfer.CommitPoint;
import io.transship.core.transfer.Deadline;
import io.transship.core.transfer.Heard;
import io.transship.core.transfer.SetClock;
import io.transship.core.transfer.TransferCanceledException;
import io.transship.core.transfer.TransferException;
import io.transship.core.transfer.TransferException.Side;
import io.transship.core.transfer.TransferSettings;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Relays whose target fetches blocks by itself, always or sometimes. */
@Timeout(20)
class CopyingRelayTest {

    private static final BlobName NAME = new BlobName("archive.tar");
    private static final Deadline NEVER = Deadline.in(Duration.ofDays(1), Clock.systemUTC());
    private static final int LENGTH = 2_000_000;

    private static final TransferSettings ONE_SLICE = new TransferSettings(SMALL.blockBytes(), 2L * LENGTH);

    private final InMemoryBlobContainer source = new InMemoryBlobContainer();
    private final InMemoryBlobContainer target = new InMemoryBlobContainer().fetching();
    private final BlockBuffers buffers = new BlockBuffers(128 * 1024);
    private final byte[] bytes = new byte[LENGTH];
    private final Heard heard = new Heard();

    @BeforeEach
    void writeArchive() throws IOException {
        new Random(1).nextBytes(bytes);
        source.write(NAME, bytes, WriteMode.CREATE_NEW, Map.of());
    }

    @Test
    void nothingPassesThroughThisProcess() throws IOException {
        ArchiveRelay relay = relay(source, target);
        BlobProperties archive = relay.plan();

        moveAll(relay, archive);

        assertSealed(relay, archive);
        assertThat(heard.copied).hasValue(LENGTH);
        assertThat(heard.sent.get() + heard.arrived.get() + heard.saved.get()).isZero();
        assertThat(target.count(BlobOperation.STAGE_BLOCK)).isZero();
        assertThat(buffers.idleBytes()).as("memory that was used").isZero();
    }

    @Test
    void sixteenBlocksAreUnderWayAtOnce() throws IOException {
        // A slice of its own for all blocks: one goes ahead, then sixteen have to meet before any of them goes on.
        CyclicBarrier meeting = new CyclicBarrier(16);
        AtomicInteger asked = new AtomicInteger();
        BlobContainer slow = new FailingBlobContainer(target, (moment, operation, subject) -> {
            if (operation == BlobOperation.STAGE_BLOCK_FROM && moment == Moment.BEFORE) {
                int number = asked.incrementAndGet();
                if (number > 1 && number <= 17) {
                    meet(meeting);
                }
            }
        });
        ArchiveRelay relay = relay(source, slow);
        BlobProperties archive = relay.plan();

        relay.move(archive, ONE_SLICE, "run", 0, buffers, NEVER, heard);

        assertThat(asked.get()).isGreaterThan(17);
        assertThat(heard.copied).hasValue(LENGTH);
    }

    @Test
    void anotherWorkerGoesOnWhereTheFirstDied() throws IOException {
        BlobContainer dying = failingFetch(5, new StorageException(StorageException.Kind.UNAVAILABLE, "died"));
        BlobProperties archive = source.find(NAME).orElseThrow();
        assertThatExceptionOfType(TransferException.class)
                .isThrownBy(() -> relay(source, dying).move(archive, ONE_SLICE, "run", 0, buffers, NEVER, heard))
                .withMessage("writing to target: died")
                .matches(e -> e.side() == Side.TARGET && TransferException.isTransient(e));
        long copiedBefore = heard.copied.getAndSet(0);
        assertThat(copiedBefore).isPositive();

        ArchiveRelay relay = relay(source, target);
        relay.move(archive, ONE_SLICE, "run", 0, buffers, NEVER, heard);

        assertThat(heard.saved).hasValue(copiedBefore);
        assertThat(heard.copied).hasValue(LENGTH - copiedBefore);
        assertThat(relay.seal(archive, ONE_SLICE, "run", CommitPoint.OPEN)).isInstanceOf(SealResult.Sealed.class);
        assertThat(target.open(target.find(NAME).orElseThrow()).read(0, LENGTH)).isEqualTo(bytes);
    }

    @Test
    void whatTheServiceCannotFetchAnyMoreIsStreamed() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        InMemoryBlobContainer tired = new InMemoryBlobContainer();
        BlobContainer able = new FailingBlobContainer(tired, (moment, operation, subject) -> {
            if (operation == BlobOperation.STAGE_BLOCK_FROM
                    && moment == Moment.BEFORE
                    && asked.incrementAndGet() == 1) {
                tired.fetching();
            } else if (operation == BlobOperation.STAGE_BLOCK_FROM && moment == Moment.AFTER) {
                tired.fetching(false);
            }
        });
        ArchiveRelay relay = relay(source, able);
        BlobProperties archive = relay.plan();

        relay.move(archive, ONE_SLICE, "run", 0, buffers, NEVER, heard);

        assertThat(heard.copied.get()).isPositive();
        assertThat(heard.copied.get() + heard.arrived.get()).isEqualTo(LENGTH);
        assertThat(asked.get()).as("asked no more than those under way").isLessThanOrEqualTo(17);
        assertThat(relay.seal(archive, ONE_SLICE, "run", CommitPoint.OPEN)).isInstanceOf(SealResult.Sealed.class);
        assertThat(tired.open(tired.find(NAME).orElseThrow()).read(0, LENGTH)).isEqualTo(bytes);
    }

    @Test
    void aServiceThatCannotIsAskedOnceForEachSlice() throws IOException {
        target.fetching(false);
        ArchiveRelay relay = relay(source, target);
        BlobProperties archive = relay.plan();

        moveAll(relay, archive);

        assertThat(target.count(BlobOperation.STAGE_BLOCK_FROM))
                .isEqualTo(ArchiveRelay.slices(archive, SMALL).size());
        assertThat(heard.sent).hasValue(LENGTH);
        assertSealed(relay, archive);
    }

    @Test
    void ofABlockThatIsStagedBothWaysTheOneThatWasSentIsSealed() throws IOException {
        BlobProperties archive = source.find(NAME).orElseThrow();
        ArchiveRelay relay = relay(source, target);
        BlockLayout layout = BlockLayout.of(LENGTH, SMALL);
        StagedBlocks.Transfer transfer = new StagedBlocks.Transfer("relay of " + archive.etag(), "run");
        moveAll(relay, archive);
        StagedBlocks staged = StagedBlocks.read(target, NAME, transfer, layout);
        for (BlockLayout.Block block : layout.blocks()) {
            // As if what the service fetched were wrong.
            target.stageBlock(NAME, staged.copiedId(block), new byte[block.length()], 0, block.length());
        }
        for (BlockLayout.Block block : layout.blocks()) {
            byte[] data = source.open(archive).read(block.offset(), block.length());
            target.stageBlock(NAME, StagedBlocks.id(transfer.key(), block, data, data.length), data, 0, data.length);
        }

        assertSealed(relay, archive);
    }

    @Test
    void stopsWhenTheArchiveIsReplacedOnTheWay() throws IOException {
        ArchiveRelay relay = relay(source, target);
        BlobProperties archive = relay.plan();
        relay.move(archive, SMALL, "run", 0, buffers, NEVER, heard);
        source.write(NAME, new byte[LENGTH], WriteMode.OVERWRITE, Map.of());

        assertThatExceptionOfType(TransferException.class)
                .isThrownBy(() -> relay.move(archive, SMALL, "run", 1, buffers, NEVER, heard))
                .withMessageStartingWith("reading from source: ")
                .matches(e -> e.side() == Side.SOURCE && !TransferException.isTransient(e));
    }

    @Test
    void handsOnWhatIsLeftAtTheDeadlineAndStopsAtOnceWhenCanceled() throws IOException {
        SetClock clock = new SetClock(Instant.EPOCH);
        BlobContainer slow = new FailingBlobContainer(target, (moment, operation, subject) -> {
            if (operation == BlobOperation.STAGE_BLOCK_FROM && moment == Moment.AFTER) {
                clock.advance(Duration.ofSeconds(1));
            }
        });
        ArchiveRelay relay = relay(source, slow);
        BlobProperties archive = relay.plan();

        assertThat(relay.move(archive, ONE_SLICE, "run", 0, buffers, Deadline.in(Duration.ofSeconds(1), clock), heard))
                .matches(result -> !result.finished());
        assertThat(heard.copied).hasValue(SMALL.blockBytes());
        assertThat(heard.sent).hasValue(0);

        assertThatExceptionOfType(TransferCanceledException.class)
                .isThrownBy(() -> relay.move(archive, ONE_SLICE, "run", 0, buffers, NEVER.orWhen(() -> true), heard));
        assertThat(heard.copied).hasValue(SMALL.blockBytes());
    }

    private static ArchiveRelay relay(BlobContainer from, BlobContainer to) {
        return new ArchiveRelay(from, to, NAME, WriteMode.CREATE_NEW);
    }

    private void moveAll(ArchiveRelay relay, BlobProperties archive) throws IOException {
        int slices = ArchiveRelay.slices(archive, SMALL).size();
        for (int slice = 0; slice < slices; slice++) {
            assertThat(relay.move(archive, SMALL, "run", slice, buffers, NEVER, heard)
                            .finished())
                    .isTrue();
        }
    }

    private void assertSealed(ArchiveRelay relay, BlobProperties archive) throws IOException {
        assertThat(relay.seal(archive, SMALL, "run", CommitPoint.OPEN)).isInstanceOf(SealResult.Sealed.class);
        assertThat(target.open(target.find(NAME).orElseThrow()).read(0, LENGTH)).isEqualTo(bytes);
    }

    /** The target, whose n-th fetch fails. */
    private BlobContainer failingFetch(int nth, IOException fault) {
        AtomicInteger left = new AtomicInteger(nth);
        return new FailingBlobContainer(target, (moment, operation, subject) -> {
            if (operation == BlobOperation.STAGE_BLOCK_FROM && moment == Moment.BEFORE && left.decrementAndGet() == 0) {
                throw fault;
            }
        });
    }

    private static void meet(CyclicBarrier barrier) throws IOException {
        try {
            barrier.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } catch (BrokenBarrierException | TimeoutException e) {
            throw new IOException("the others did not come", e);
        }
    }
}

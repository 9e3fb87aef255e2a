package io.transship.core.transfer.block;

import static io.transship.core.transfer.TransferSamples.SMALL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.transship.core.content.Bandwidth;
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
import io.transship.core.transfer.MoveResult;
import io.transship.core.transfer.SetClock;
import io.transship.core.transfer.TransferException;
import io.transship.core.transfer.TransferException.Side;
import io.transship.core.transfer.TransferListener;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ArchiveRelayTest {

    private static final BlobName NAME = new BlobName("archive.tar");
    private static final Deadline NEVER = Deadline.in(Duration.ofDays(1), Clock.systemUTC());
    private static final int LENGTH = 1_000_000;

    private final InMemoryBlobContainer source = new InMemoryBlobContainer();
    private final InMemoryBlobContainer target = new InMemoryBlobContainer();
    private final BlockBuffers buffers = new BlockBuffers(128 * 1024);
    private final byte[] bytes = new byte[LENGTH];

    @BeforeEach
    void writeArchive() throws IOException {
        new Random(1).nextBytes(bytes);
        source.write(NAME, bytes, WriteMode.CREATE_NEW, Map.of());
    }

    @Test
    void copiesTheArchive() throws IOException {
        ArchiveRelay relay = relay(source, target);
        BlobProperties archive = relay.plan();
        Heard heard = new Heard();
        moveAll(relay, archive, heard);

        SealResult first = relay.seal(archive, SMALL, "run", CommitPoint.OPEN);

        assertThat(target.open(target.find(NAME).orElseThrow()).read(0, LENGTH)).isEqualTo(bytes);
        assertThat(heard.sent).hasValue(LENGTH);
        assertThat(relay.seal(archive, SMALL, "run", CommitPoint.OPEN)).isEqualTo(first);
        assertThat(target.count(BlobOperation.COMMIT)).isEqualTo(1);
    }

    @Test
    void sendsOnlyTheBlocksThatAreMissing() throws IOException {
        ArchiveRelay relay = relay(source, target);
        BlobProperties archive = relay.plan();
        move(relay, archive, 1, TransferListener.NONE);
        Heard heard = new Heard();

        moveAll(relay, archive, heard);

        assertThat(heard.saved.get())
                .isEqualTo(ArchiveRelay.slices(archive, SMALL).get(1).bytes());
        assertThat(heard.sent.get() + heard.saved.get()).isEqualTo(LENGTH);
    }

    @Test
    void givesBackEveryBufferWhateverFails() throws IOException {
        for (int nth = 1; nth <= 12; nth++) {
            for (boolean unforeseen : new boolean[] {false, true}) {
                FailsOnce faults = new FailsOnce(nth, unforeseen ? new IllegalStateException("fault") : null);
                ArchiveRelay relay =
                        relay(new FailingBlobContainer(source, faults), new FailingBlobContainer(target, faults));
                BlobProperties archive = source.find(NAME).orElseThrow();
                try {
                    moveAll(relay, archive, TransferListener.NONE);
                } catch (IOException | IllegalStateException e) {
                    assertThat(e).hasMessageContaining("fault");
                }
                try (BlockBuffers.Lease all = buffers.take(128 * 1024)) {
                    assertThat(all.array()).hasSize(128 * 1024);
                }
                moveAll(relay, archive, TransferListener.NONE);
                assertThat(relay.seal(archive, SMALL, "run", CommitPoint.OPEN)).isInstanceOf(SealResult.Sealed.class);
                target.delete(NAME, target.find(NAME).orElseThrow().etag());
            }
        }
    }

    @Test
    void stopsWhenTheArchiveIsReplacedOnTheWay() throws IOException {
        ArchiveRelay relay = relay(source, target);
        BlobProperties archive = relay.plan();
        move(relay, archive, 0, TransferListener.NONE);
        source.write(NAME, new byte[LENGTH], WriteMode.OVERWRITE, Map.of());

        assertThatExceptionOfType(TransferException.class)
                .isThrownBy(() -> move(relay, archive, 1, TransferListener.NONE))
                .withMessageStartingWith("reading from source: ")
                .matches(e -> e.side() == Side.SOURCE && !TransferException.isTransient(e));

        BlobProperties replaced = relay.plan();
        assertThat(relay.seal(replaced, SMALL, "run", CommitPoint.OPEN))
                .as("blocks of the old archive")
                .isInstanceOf(SealResult.Incomplete.class);
    }

    @Test
    void streamsNoFasterThanItsBandwidth() throws IOException {
        SetClock clock = new SetClock(Instant.parse("2026-01-01T00:00:00Z"));
        AtomicLong waited = new AtomicLong();
        Bandwidth tenSeconds = new Bandwidth(LENGTH / 10, clock, wait -> waited.addAndGet(wait.toMillis()));
        ArchiveRelay relay = new ArchiveRelay(source, target, NAME, WriteMode.CREATE_NEW, tenSeconds);
        BlobProperties archive = relay.plan();

        moveAll(relay, archive, TransferListener.NONE);

        // The clock stands still, so that each reading waits for all that went before it.
        assertThat(waited.get()).isGreaterThan(9_000);
        assertThat(target.find(NAME)).isEmpty();
        relay.seal(archive, SMALL, "run", CommitPoint.OPEN);
        assertThat(target.open(target.find(NAME).orElseThrow()).read(0, LENGTH)).isEqualTo(bytes);
    }

    @Test
    void findsOutBeforeItMovesWhatWillNotDo() throws IOException {
        assertThatExceptionOfType(TransferException.class)
                .isThrownBy(() -> relay(new InMemoryBlobContainer(), target).plan())
                .withMessageContaining("blob 'archive.tar' does not exist in container");

        target.write(NAME, new byte[1], WriteMode.CREATE_NEW, Map.of());

        assertThatExceptionOfType(TransferException.class)
                .isThrownBy(() -> relay(source, target).plan())
                .withMessageContaining("add the option OverwriteBlobs to the pipeline");
        ArchiveRelay overwriting = new ArchiveRelay(source, target, NAME, WriteMode.OVERWRITE);
        BlobProperties archive = overwriting.plan();
        moveAll(overwriting, archive, TransferListener.NONE);
        assertThat(overwriting.seal(archive, SMALL, "run", CommitPoint.OPEN)).isInstanceOf(SealResult.Sealed.class);
    }

    private static ArchiveRelay relay(BlobContainer from, BlobContainer to) {
        return new ArchiveRelay(from, to, NAME, WriteMode.CREATE_NEW);
    }

    private void moveAll(ArchiveRelay relay, BlobProperties archive, TransferListener listener) throws IOException {
        int slices = ArchiveRelay.slices(archive, SMALL).size();
        assertThat(slices).isGreaterThanOrEqualTo(3);
        for (int slice = 0; slice < slices; slice++) {
            move(relay, archive, slice, listener);
        }
    }

    private void move(ArchiveRelay relay, BlobProperties archive, int slice, TransferListener listener)
            throws IOException {
        assertThat(relay.move(archive, SMALL, "run", slice, buffers, NEVER, listener))
                .matches(MoveResult::finished);
    }

    /** Fails the n-th operation, once. */
    private static final class FailsOnce implements FailingBlobContainer.Faults {

        private final AtomicLong left;
        private final @Nullable RuntimeException fault;

        FailsOnce(int nth, @Nullable RuntimeException fault) {
            this.left = new AtomicLong(nth);
            this.fault = fault;
        }

        @Override
        public void at(Moment moment, BlobOperation operation, String subject) throws IOException {
            if (moment == Moment.BEFORE && left.decrementAndGet() == 0) {
                if (fault != null) {
                    throw fault;
                }
                throw new StorageException(StorageException.Kind.UNAVAILABLE, "fault");
            }
        }
    }
}

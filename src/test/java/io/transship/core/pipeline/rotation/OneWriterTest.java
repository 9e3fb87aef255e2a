package io.transship.core.pipeline.rotation;

import static io.transship.core.pipeline.rotation.RotationWorld.SECRET;
import static io.transship.core.pipeline.rotation.RotationWorld.WEEKLY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.transship.core.pipeline.rotation.RotationOutcome.Busy;
import io.transship.core.pipeline.rotation.RotationOutcome.Kept;
import io.transship.core.pipeline.rotation.RotationOutcome.Rotated;
import io.transship.core.storage.SecretUri;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each secret has one writer at a time, and a dead one does not block it for ever. */
@Timeout(20)
class OneWriterTest {

    /** Dies at a given moment; nothing catches it. */
    private static final class Death extends Error {

        private static final long serialVersionUID = 1L;
    }

    private final RotationWorld world = new RotationWorld();

    OneWriterTest() {
        world.exporting("out", WEEKLY);
    }

    @Test
    void aSecondWorkerSeesThatTheFirstIsAtIt() throws IOException {
        List<RotationOutcome> second = new ArrayList<>();
        world.beforeIssuing = () -> second.addAll(world.rotator().rotateAll());

        assertThat(world.rotator().rotateAll()).singleElement().isInstanceOf(Rotated.class);

        assertThat(second).singleElement().isInstanceOf(Busy.class);
        assertThat(second.getFirst().toString()).contains("another worker");
        assertThat(world.vault.versions(SECRET)).hasSize(1);
    }

    @Test
    void ofManyWorkersAtOnceOneWrites() throws Exception {
        CountDownLatch start = new CountDownLatch(1);
        List<Future<RotationOutcome>> all = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 16; i++) {
                all.add(threads.submit(() -> {
                    start.await();
                    return world.rotator().rotate(SECRET).orElseThrow();
                }));
            }
            start.countDown();
        }

        int rotated = 0;
        for (Future<RotationOutcome> outcome : all) {
            assertThat(outcome.get()).isInstanceOfAny(Rotated.class, Busy.class, Kept.class);
            rotated += outcome.get() instanceof Rotated ? 1 : 0;
        }
        assertThat(rotated).isEqualTo(1);
        assertThat(world.vault.versions(SECRET)).hasSize(1);
        assertThat(world.recordNow().claim()).isEmpty();
    }

    @Test
    void aWorkerThatComesAfterAnotherHasWrittenLooksAgainAndDoesNothing() throws IOException {
        SasRotator late = world.rotator();
        AtomicBoolean done = new AtomicBoolean();
        // The other one does all of its work between this one's look and its claim.
        RotationRecords interrupted = before(() -> {
            if (!done.getAndSet(true)) {
                assertThat(late.rotateAll()).singleElement().isInstanceOf(Rotated.class);
            }
        });

        assertThat(world.rotator(interrupted).rotateAll()).singleElement().isInstanceOf(Kept.class);

        assertThat(world.vault.versions(SECRET)).hasSize(1);
        assertThat(world.recordNow().claim()).isEmpty();
    }

    @Test
    void theClaimOfADeadWorkerLapsesAfterTenMinutes() throws IOException {
        world.beforeIssuing = () -> {
            throw new Death();
        };
        assertThatThrownBy(() -> world.rotator().rotateAll()).isInstanceOf(Death.class);
        world.beforeIssuing = () -> {};

        world.clock.advance(Duration.ofMinutes(10).minusSeconds(1));
        assertThat(world.rotator().rotateAll()).singleElement().isInstanceOf(Busy.class);

        world.clock.advance(Duration.ofSeconds(1));
        assertThat(world.rotator().rotateAll()).singleElement().isInstanceOf(Rotated.class);
        assertThat(world.recordNow().claim()).isEmpty();
    }

    @Test
    void aWorkerThatDiedAfterItsWriteLeavesNothingToDo() throws IOException {
        RotationRecords dying = before(() -> {
            if (!world.vault.versions(SECRET).isEmpty()) {
                throw new Death();
            }
        });
        assertThatThrownBy(() -> world.rotator(dying).rotateAll()).isInstanceOf(Death.class);

        assertThat(world.rotator().rotateAll()).singleElement().isInstanceOf(Kept.class);

        assertThat(world.vault.versions(SECRET)).hasSize(1);
        assertThat(world.recordNow().success()).isPresent();
    }

    @Test
    void aStateStoreThatIsAwayDoesNotUndoWhatWasWritten() throws IOException {
        RotationRecords failing = before(() -> {
            if (!world.vault.versions(SECRET).isEmpty()) {
                throw new IOException("the table is away");
            }
        });

        assertThat(world.rotator(failing).rotateAll()).singleElement().isInstanceOf(Rotated.class);
    }

    /** The records, before each of whose reads something happens. */
    private RotationRecords before(RotationWorld.Interruption interruption) {
        return new RotationRecords() {
            @Override
            public Optional<Versioned> find(SecretUri secret) throws IOException {
                interruption.come();
                return world.records.find(secret);
            }

            @Override
            public boolean create(RotationRecord record) {
                return world.records.create(record);
            }

            @Override
            public boolean replace(RotationRecord record, String version) {
                return world.records.replace(record, version);
            }

            @Override
            public List<RotationRecord> all() {
                return world.records.all();
            }
        };
    }
}

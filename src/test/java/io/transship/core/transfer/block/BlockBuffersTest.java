package io.transship.core.transfer.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.transship.core.transfer.Fanout;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class BlockBuffersTest {

    private static final int UNIT = 64 * 1024;

    @Test
    void usesABufferAgain() throws IOException {
        BlockBuffers buffers = new BlockBuffers(4 * UNIT);
        BlockBuffers.Lease first = buffers.take(2 * UNIT);
        byte[] array = first.array();
        first.close();
        first.close();

        try (BlockBuffers.Lease second = buffers.take(2 * UNIT - 5)) {
            assertThat(second.array()).isSameAs(array);
        }
        assertThat(buffers.idleBytes()).isEqualTo(2 * UNIT);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void neverHoldsMoreThanItsLimitWhateverSizesAreTaken(int seed) throws IOException {
        Random random = new Random(seed);
        BlockBuffers buffers = new BlockBuffers(16 * UNIT);
        List<BlockBuffers.Lease> leases = new ArrayList<>();
        long leased = 0;
        for (int i = 0; i < 2000; i++) {
            int bytes = 1 + random.nextInt(8 * UNIT);
            while (leased + bytes + UNIT > 16 * UNIT) {
                BlockBuffers.Lease lease = leases.remove(random.nextInt(leases.size()));
                leased -= lease.array().length;
                lease.close();
            }
            BlockBuffers.Lease lease = buffers.take(bytes);
            assertThat(lease.array().length).isGreaterThanOrEqualTo(bytes);
            leases.add(lease);
            leased += lease.array().length;
            assertThat(leased + buffers.idleBytes()).isLessThanOrEqualTo(16 * UNIT);
        }
    }

    @Test
    void letsOneThatIsLargerThanTheLimitHaveItAllAndKeepsNothingOfIt() throws IOException {
        BlockBuffers buffers = new BlockBuffers(UNIT);
        try (BlockBuffers.Lease lease = buffers.take(3 * UNIT)) {
            assertThat(lease.array()).hasSizeGreaterThanOrEqualTo(3 * UNIT);
        }
        assertThat(buffers.idleBytes()).isZero();
    }

    @Test
    void makesWorkersWaitForEachOther() throws IOException {
        BlockBuffers buffers = new BlockBuffers(4 * UNIT);
        AtomicLong leased = new AtomicLong();
        AtomicLong most = new AtomicLong();

        Fanout.map(IntStream.range(0, 300).boxed().toList(), 16, item -> {
            try (BlockBuffers.Lease lease = buffers.take((1 + item % 4) * UNIT)) {
                most.accumulateAndGet(leased.addAndGet(lease.array().length), Math::max);
                return leased.addAndGet(-lease.array().length);
            }
        });

        assertThat(most.get()).isBetween((long) UNIT, 4L * UNIT);
    }

    @Test
    void anInterruptionEndsTheWait() throws IOException {
        BlockBuffers buffers = new BlockBuffers(UNIT);
        try (BlockBuffers.Lease all = buffers.take(UNIT)) {
            assertThat(all.array()).hasSize(UNIT);
            Thread.currentThread().interrupt();
            assertThatExceptionOfType(InterruptedIOException.class).isThrownBy(() -> buffers.take(1));
            assertThat(Thread.interrupted()).isTrue();
        }
        buffers.take(1).close();
    }
}

package io.transship.core.transfer;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;

/**
 * The memory of all transfers in this process: a fixed number of bytes, handed out block by block. Whoever wants a buffer
 * waits until there is one, so memory stays flat however much runs at once. Thread-safe.
 */
public final class BlockBuffers {

    private static final int UNIT = 64 * 1024;

    private final Semaphore units;
    private final int totalUnits;
    private final ConcurrentLinkedDeque<byte[]> idle = new ConcurrentLinkedDeque<>();

    /** Limits the memory to {@code totalBytes}; one buffer is always to be had, even if it is larger. */
    public BlockBuffers(long totalBytes) {
        this.totalUnits = (int) Math.max(1, Math.min(Integer.MAX_VALUE, totalBytes / UNIT));
        this.units = new Semaphore(totalUnits, true);
    }

    /** A quarter of the heap: enough to keep eight 8 MiB blocks in flight under {@code -Xmx256m}. */
    public static BlockBuffers ofHeap() {
        return new BlockBuffers(Runtime.getRuntime().maxMemory() / 4);
    }

    /** A buffer of at least {@code bytes}; the caller closes the lease. */
    Lease take(int bytes) throws IOException {
        int cost = Math.min(totalUnits, Math.ceilDiv(bytes, UNIT));
        try {
            units.acquire(cost);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for memory");
        }
        byte[] array = idle.pollFirst();
        if (array == null || array.length < bytes) {
            array = new byte[bytes];
        }
        return new Lease(array, cost);
    }

    /** One buffer, given back when closed. */
    final class Lease implements AutoCloseable {

        private final byte[] array;
        private int cost;

        private Lease(byte[] array, int cost) {
            this.array = array;
            this.cost = cost;
        }

        byte[] array() {
            return array;
        }

        @Override
        public void close() {
            if (cost > 0) {
                idle.addFirst(array);
                units.release(cost);
                cost = 0;
            }
        }
    }
}

package io.transship.core.transfer.block;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.Semaphore;

/**
 * The memory of all transfers in this process: a fixed number of bytes, handed out block by block. Whoever wants a buffer
 * waits until there is one, so memory stays flat however much runs at once. Thread-safe.
 */
public final class BlockBuffers {

    private static final int UNIT = 64 * 1024;
    private static final long MAX_OF_HEAP = 128L << 20;

    private final Semaphore units;
    private final int totalUnits;
    private final Deque<byte[]> idle = new ArrayDeque<>();

    /** Limits the memory to {@code totalBytes}; one buffer is always to be had, even if it is larger. */
    public BlockBuffers(long totalBytes) {
        this.totalUnits = (int) Math.max(1, Math.min(Integer.MAX_VALUE, totalBytes / UNIT));
        this.units = new Semaphore(totalUnits, true);
    }

    /**
     * A quarter of the heap, but 128 MiB at most: enough to keep eight 8 MiB blocks in flight under {@code -Xmx256m}, and not
     * so many on a large heap that they share a slow line until none arrives within its time-out.
     */
    public static BlockBuffers ofHeap() {
        return new BlockBuffers(Math.min(MAX_OF_HEAP, Runtime.getRuntime().maxMemory() / 4));
    }

    /** A buffer of at least {@code bytes}; the caller closes the lease. */
    Lease take(int bytes) throws IOException {
        int size = Math.ceilDiv(bytes, UNIT);
        int cost = Math.min(totalUnits, size);
        try {
            units.acquire(cost);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for memory");
        }
        try {
            return new Lease(array(size), cost);
        } catch (OutOfMemoryError e) {
            units.release(cost);
            throw e;
        }
    }

    /** An idle array of exactly this size, or a new one, for which idle ones of other sizes make room. */
    private synchronized byte[] array(int size) {
        for (Iterator<byte[]> arrays = idle.iterator(); arrays.hasNext(); ) {
            byte[] array = arrays.next();
            if (unitsOf(array) == size) {
                arrays.remove();
                return array;
            }
        }
        int room = units.availablePermits();
        int kept = idle.stream().mapToInt(BlockBuffers::unitsOf).sum();
        while (kept > room) {
            kept -= unitsOf(idle.removeLast());
        }
        return new byte[size * UNIT];
    }

    private synchronized void giveBack(byte[] array, int cost) {
        // One that is larger than the limit was an exception and is not kept.
        if (unitsOf(array) == cost) {
            idle.addFirst(array);
        }
        units.release(cost);
    }

    private static int unitsOf(byte[] array) {
        return array.length / UNIT;
    }

    /** Bytes that are kept for the next who want some. */
    synchronized long idleBytes() {
        return idle.stream().mapToLong(array -> array.length).sum();
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
                giveBack(array, cost);
                cost = 0;
            }
        }
    }
}

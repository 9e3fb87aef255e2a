package io.transship.core.content;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * How many bytes a second may pass through this process, in all streams together. Whoever passed some waits until they are
 * paid for, so that a stream is only ever behind by what it read at once. Thread-safe.
 */
public final class Bandwidth {

    /** No limit. */
    public static final Bandwidth UNLIMITED = new Bandwidth(Long.MAX_VALUE, Clock.systemUTC(), Sleeper.REAL);

    private static final int PIECE_BYTES = 64 * 1024;
    private static final double NANOS = 1e9;

    private final double bytesPerSecond;
    private final Clock clock;
    private final Sleeper sleeper;
    private double free;
    private Instant updated;

    /** Lets pass what a second holds at once, and no more than that a second from then on. */
    public Bandwidth(long bytesPerSecond, Clock clock, Sleeper sleeper) {
        if (bytesPerSecond < 1) {
            throw new IllegalArgumentException("a bandwidth is at least one byte a second");
        }
        this.bytesPerSecond = (double) bytesPerSecond;
        this.clock = clock;
        this.sleeper = sleeper;
        this.free = this.bytesPerSecond;
        this.updated = clock.instant();
    }

    /** The same bytes, no faster than all streams may be together. Closing it closes the other one. */
    public InputStream limit(InputStream in) {
        return this == UNLIMITED ? in : new LimitedStream(in);
    }

    private void pay(int bytes) throws IOException {
        try {
            Duration wait = owe(bytes);
            if (wait.isPositive()) {
                sleeper.sleep(wait);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for bandwidth");
        }
    }

    /** How long it takes until everybody's bytes up to these are paid for. */
    private synchronized Duration owe(int bytes) {
        Instant now = clock.instant();
        double seconds = Math.max(0, Duration.between(updated, now).toNanos() / NANOS);
        updated = now;
        free = Math.min(bytesPerSecond, free + seconds * bytesPerSecond) - bytes;
        return free >= 0 ? Duration.ZERO : Duration.ofNanos((long) Math.ceil(-free / bytesPerSecond * NANOS));
    }

    private final class LimitedStream extends FilterInputStream {

        private LimitedStream(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int value = in.read();
            if (value >= 0) {
                pay(1);
            }
            return value;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            // In pieces, so that no one wait is long.
            int count = in.read(buffer, offset, Math.min(length, PIECE_BYTES));
            if (count > 0) {
                pay(count);
            }
            return count;
        }

        @Override
        public long skip(long count) throws IOException {
            byte[] sink = new byte[Math.clamp(count, 0, PIECE_BYTES)];
            return count <= 0 ? 0 : Math.max(read(sink, 0, sink.length), 0);
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}

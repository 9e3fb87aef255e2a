package io.transship.local.artifacts;

import java.io.InputStream;
import java.util.Objects;
import java.util.SplittableRandom;

/** Bytes that no compression makes smaller, made while they are read: as many as a test wants, and none are kept. */
final class SeededContent extends InputStream {

    private static final int CHUNK = 1 << 16;

    private final SplittableRandom random;
    private final byte[] chunk = new byte[CHUNK];
    private int position = CHUNK;
    private long left;

    SeededContent(long seed, long size) {
        this.random = new SplittableRandom(seed);
        this.left = size;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        if (left == 0) {
            return -1;
        }
        if (position == CHUNK) {
            random.nextBytes(chunk);
            position = 0;
        }
        int count = (int) Math.min(left, Math.min(length, CHUNK - position));
        System.arraycopy(chunk, position, buffer, offset, count);
        position += count;
        left -= count;
        return count;
    }
}

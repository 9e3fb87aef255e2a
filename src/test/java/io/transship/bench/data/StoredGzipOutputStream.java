package io.transship.bench.data;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.zip.CRC32;

/**
 * Gzip that stores and does not compress, written byte by byte, so that no version of zlib decides the digest.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc1951#section-3.2.4">RFC 1951, non-compressed blocks</a>
 */
final class StoredGzipOutputStream extends OutputStream {

    private static final int LARGEST_BLOCK = 65_535;
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

    private final OutputStream out;
    private final CRC32 checksum = new CRC32();
    private final byte[] block = new byte[LARGEST_BLOCK];
    private int filled;
    private long total;
    private boolean closed;

    StoredGzipOutputStream(OutputStream out) throws IOException {
        this.out = out;
        out.write(HEADER);
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] data, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, data.length);
        checksum.update(data, offset, length);
        total += length;
        for (int done = 0; done < length; ) {
            if (filled == LARGEST_BLOCK) {
                writeBlock(false);
            }
            int count = Math.min(length - done, LARGEST_BLOCK - filled);
            System.arraycopy(data, offset + done, block, filled, count);
            filled += count;
            done += count;
        }
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        writeBlock(true);
        out.write(
                little(8).putInt((int) checksum.getValue()).putInt((int) total).array());
        out.close();
    }

    private void writeBlock(boolean last) throws IOException {
        out.write(little(5)
                .put((byte) (last ? 1 : 0))
                .putShort((short) filled)
                .putShort((short) ~filled)
                .array());
        out.write(block, 0, filled);
        filled = 0;
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}

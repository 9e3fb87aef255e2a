package io.transship.core.content;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Bytes of known length that can be read from any offset. Thread-safe: several ranges may be open at once. */
public interface RangeSource {

    /** Length in bytes. */
    long length();

    /**
     * Opens exactly {@code length} bytes from {@code offset}; the caller closes the stream.
     *
     * @throws IndexOutOfBoundsException if the range does not lie within the source
     * @throws IOException if the source cannot be read or has changed since it was opened
     */
    InputStream open(long offset, long length) throws IOException;

    /**
     * Reads a small range whole.
     *
     * @throws EOFException if the source ends inside the range, in spite of its length
     */
    default byte[] read(long offset, int length) throws IOException {
        try (InputStream in = open(offset, length)) {
            byte[] bytes = in.readNBytes(length);
            if (bytes.length != length) {
                throw new EOFException(
                        "expected %,d bytes at offset %,d, got %,d".formatted(length, offset, bytes.length));
            }
            return bytes;
        }
    }

    /** A source over an array, which must not be changed afterwards. */
    static RangeSource of(byte[] content) {
        return new ByteArrayRangeSource(content);
    }
}

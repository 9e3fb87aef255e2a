package io.transship.core.transfer.block;

import io.transship.core.transfer.block.BlockLayout.Unit;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Where the bytes of units come from; reading to the end proves them, or fails. Called from several threads at once. */
@FunctionalInterface
public interface UnitReader {

    /** Opens a unit; the caller closes the stream. */
    InputStream open(Unit unit) throws IOException;

    /** Reads a unit whole to the front of a buffer in which it has room. */
    default void read(Unit unit, byte[] buffer) throws IOException {
        try (InputStream in = open(unit)) {
            fill(in, buffer, 0, (int) (unit.end() - unit.start()));
            requireEnd(in);
        }
    }

    /** Reads so many bytes, and no fewer. */
    static void fill(InputStream in, byte[] buffer, int offset, int length) throws IOException {
        int read = in.readNBytes(buffer, offset, length);
        if (read != length) {
            throw new EOFException("the source ended %,d bytes early".formatted(length - read));
        }
    }

    /** Reads on to the end of the stream, where a verifying stream has its last word. */
    static void requireEnd(InputStream in) throws IOException {
        if (in.read() >= 0) {
            throw new IOException("the source has more bytes than planned");
        }
    }
}

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
        int length = (int) (unit.end() - unit.start());
        try (InputStream in = open(unit)) {
            int read = in.readNBytes(buffer, 0, length);
            if (read != length) {
                throw new EOFException("the source ended %,d bytes early".formatted(length - read));
            }
            // At the end of the stream, a verifying one has its last word.
            if (in.read() >= 0) {
                throw new IOException("the source has more bytes than planned");
            }
        }
    }
}

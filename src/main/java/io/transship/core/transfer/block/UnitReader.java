package io.transship.core.transfer.block;

import io.transship.core.transfer.block.BlockLayout.Unit;
import java.io.IOException;
import java.io.InputStream;

/** Opens the bytes of a unit; reading to the end proves them, or fails. Called from several threads at once. */
@FunctionalInterface
public interface UnitReader {
    InputStream open(Unit unit) throws IOException;
}

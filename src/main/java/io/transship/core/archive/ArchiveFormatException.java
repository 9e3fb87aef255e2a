package io.transship.core.archive;

import io.transship.core.archive.tar.TarFormatException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when bytes are not an archive that can be read; the message names the entry, its offset and what is wrong, and
 * where there is one, the way out. Reading the same bytes again never helps.
 */
public final class ArchiveFormatException extends IOException {

    ArchiveFormatException(String problem) {
        super(problem);
    }

    ArchiveFormatException(String entry, long offset, String problem) {
        this(entry, offset, problem, null);
    }

    ArchiveFormatException(String entry, long offset, String problem, @Nullable Throwable cause) {
        super(TarFormatException.message(entry, offset, problem), cause);
    }

    /** What is wrong with the tar is wrong with the archive. */
    ArchiveFormatException(TarFormatException cause) {
        super(cause.getMessage(), cause);
    }
}

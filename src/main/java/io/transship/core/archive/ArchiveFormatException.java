package io.transship.core.archive;

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
        super("entry '%s' at offset %,d: %s".formatted(printable(entry), offset, problem), cause);
    }

    /** Names come from outside: they must not break a log line nor fill it. */
    static String printable(String name) {
        String shown = name.codePoints()
                .limit(300)
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return shown.length() < name.length() ? shown + "…" : shown;
    }
}

package io.transship.core.archive.tar;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Thrown when bytes are no tar, or one that must not be read on; the message names the entry, its offset and the cause. */
public final class TarFormatException extends IOException {

    TarFormatException(String problem) {
        super(problem);
    }

    TarFormatException(String entry, long offset, String problem) {
        this(entry, offset, problem, null);
    }

    TarFormatException(String entry, long offset, String problem, @Nullable Throwable cause) {
        super(message(entry, offset, problem), cause);
    }

    /** How every message about an entry starts. */
    public static String message(String entry, long offset, String problem) {
        return "entry '%s' at offset %,d: %s".formatted(printable(entry), offset, problem);
    }

    /** Names come from outside: they must not break a log line nor fill it. */
    public static String printable(String name) {
        String shown = name.codePoints()
                .limit(300)
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return shown.length() < name.length() ? shown + "…" : shown;
    }
}

package io.transship.azure;

import io.transship.core.content.RedactedUri;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is left of an SDK's exception when everything that may be secret is taken out: its class, its stack and a text
 * without queries. The original is not kept, for it holds the request with its URL and headers.
 */
public final class RedactedCause extends Exception {

    private static final long serialVersionUID = 1L;
    private static final int MAX_LENGTH = 500;
    private static final int MAX_DEPTH = 8;

    private static final Pattern SECRET = Pattern.compile(
            "(?i)\\b(sig|signature|password|secret|token|accountkey|authorization)(\"?\\s*[=:]\\s*\"?)(?:Bearer\\s+)?[^\\s&;\"'<>]+");

    /** Also where nothing says what it is, as in an answer that repeats a header's value. */
    private static final Pattern BEARER = Pattern.compile("(?i)\\bBearer\\s+[^\\s&;\"'<>]+");

    private RedactedCause(String message, StackTraceElement[] stack, @Nullable Throwable cause) {
        super(message, cause);
        setStackTrace(stack);
    }

    public static RedactedCause of(Throwable original) {
        return of(original, MAX_DEPTH);
    }

    /** The first line of an exception's message, redacted; its class if it has none. */
    public static String firstLine(Throwable original) {
        String message = original.getMessage();
        if (message == null || message.isBlank()) {
            return original.getClass().getSimpleName();
        }
        return redact(message.strip().lines().findFirst().orElse(""));
    }

    private static RedactedCause of(Throwable original, int depth) {
        Throwable cause = original.getCause();
        String message = original.getMessage();
        return new RedactedCause(
                original.getClass().getName() + (message == null ? "" : ": " + redact(message)),
                original.getStackTrace(),
                cause == null || depth == 0 ? null : of(cause, depth - 1));
    }

    public static String redact(String text) {
        String redacted = BEARER.matcher(
                        SECRET.matcher(RedactedUri.within(text)).replaceAll("$1$2REDACTED"))
                .replaceAll("Bearer REDACTED");
        return redacted.length() <= MAX_LENGTH ? redacted : redacted.substring(0, MAX_LENGTH) + "…";
    }
}

package io.transship.azure;

import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What is worth reading in a failure of Azure's identity library, whose texts repeat themselves over many lines. */
final class TokenFailure {

    private static final int MAX_LINES = 12;

    /** Advice that stands in each of them, and headings that say that something failed. */
    private static final Pattern NOISE = Pattern.compile(
            "(?i).*(to mitigate this issue|aka\\.ms|troubleshoot|trace id|correlation id|timestamp:|see error message).*");

    private TokenFailure() {}

    /** All reasons on one line, each once, redacted. */
    static String reasons(Throwable failure) {
        String message = Optional.ofNullable(failure.getMessage()).orElse("");
        String reasons = message.lines()
                .map(String::strip)
                .map(line -> line.replaceAll("(?i)\\s*(to mitigate this issue|trace id:).*$", ""))
                .filter(line -> !line.isEmpty() && !NOISE.matcher(line).matches())
                .map(RedactedCause::redact)
                .distinct()
                .limit(MAX_LINES)
                .collect(Collectors.joining("; "));
        return reasons.isEmpty() ? RedactedCause.firstLine(failure) : reasons;
    }
}

package io.transship.azure.identity;

import io.transship.azure.RedactedCause;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What is worth reading in a failure of Azure's identity library, whose texts repeat themselves over many lines. */
public final class TokenFailure {

    private static final int MAX_LINES = 12;

    /** Advice that is behind each of them, and numbers for Microsoft's support. */
    private static final Pattern NOISE = Pattern.compile(
            "(?i)\\s*(?:to mitigate this issue|see the troubleshooting|please refer to|trace id:|correlation id:|timestamp:).*");

    private TokenFailure() {}

    /** All reasons on one line, each once, redacted. */
    public static String reasons(Throwable failure) {
        String message = Optional.ofNullable(failure.getMessage()).orElse("");
        String reasons = message.lines()
                .map(line -> NOISE.matcher(line).replaceFirst("").strip())
                .filter(line -> !line.isEmpty())
                .map(RedactedCause::redact)
                .distinct()
                .limit(MAX_LINES)
                .collect(Collectors.joining("; "));
        return reasons.isEmpty() ? RedactedCause.firstLine(failure) : reasons;
    }
}

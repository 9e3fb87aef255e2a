package io.transship.local.functions.app;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads durations as host.json writes them, {@code [days.]hours:minutes:seconds[.fraction]}, and the short forms
 * {@code 200ms}, {@code 5s}, {@code 10m} of this host's own settings.
 *
 * @see <a href="https://learn.microsoft.com/dotnet/standard/base-types/standard-timespan-format-strings">TimeSpan</a>
 */
final class TimeSpan {

    private static final Pattern CLOCK =
            Pattern.compile("(?:(\\d{1,8})\\.)?(\\d{1,2}):([0-5]?\\d):([0-5]?\\d)(?:\\.(\\d{1,7}))?");
    private static final Pattern SHORT = Pattern.compile("(\\d{1,9})(ms|s|m)");

    private TimeSpan() {}

    /** Throws {@link IllegalArgumentException} with a message that quotes the text. */
    static Duration parse(String text) {
        Matcher brief = SHORT.matcher(text);
        if (brief.matches()) {
            long amount = Long.parseLong(brief.group(1));
            return switch (brief.group(2)) {
                case "ms" -> Duration.ofMillis(amount);
                case "s" -> Duration.ofSeconds(amount);
                default -> Duration.ofMinutes(amount);
            };
        }
        Matcher clock = CLOCK.matcher(text);
        if (!clock.matches() || Integer.parseInt(clock.group(2)) > 23) {
            throw new IllegalArgumentException("'%s' is not a time span such as 00:00:30".formatted(text));
        }
        try {
            return Duration.ofDays(clock.group(1) == null ? 0 : Long.parseLong(clock.group(1)))
                    .plusHours(Long.parseLong(clock.group(2)))
                    .plusMinutes(Long.parseLong(clock.group(3)))
                    .plusSeconds(Long.parseLong(clock.group(4)))
                    .plus(fraction(clock.group(5)));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("'%s' is not a time span such as 00:00:30".formatted(text), e);
        }
    }

    private static Duration fraction(@Nullable String digits) {
        if (digits == null) {
            return Duration.ZERO;
        }
        return Duration.ofNanos(Long.parseLong((digits + "000000000").substring(0, 9)));
    }
}

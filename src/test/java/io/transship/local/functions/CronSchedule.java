package io.transship.local.functions;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An NCRONTAB expression of six fields: second, minute, hour, day, month, day of week; all in UTC. A day must match both
 * of its fields, unlike in Unix cron. Immutable.
 *
 * @see <a href="https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer#ncrontab-expressions">
 *     NCRONTAB expressions</a>
 */
final class CronSchedule {

    /** Long enough for 29 February on a given day of the week, across a century without a leap year. */
    private static final int YEARS_AHEAD = 41;

    private final BitSet seconds;
    private final BitSet minutes;
    private final BitSet hours;
    private final BitSet days;
    private final BitSet months;
    private final BitSet weekdays;

    private CronSchedule(String[] fields) {
        this.seconds = Field.SECOND.parse(fields[0]);
        this.minutes = Field.MINUTE.parse(fields[1]);
        this.hours = Field.HOUR.parse(fields[2]);
        this.days = Field.DAY.parse(fields[3]);
        this.months = Field.MONTH.parse(fields[4]);
        this.weekdays = Field.WEEKDAY.parse(fields[5]);
    }

    /** Throws {@link IllegalArgumentException} that quotes the expression. */
    static CronSchedule parse(String expression) {
        String[] fields = expression.strip().split("\\s+", -1);
        if (fields.length != 6) {
            throw new IllegalArgumentException("schedule '%s' has %d fields; NCRONTAB wants six, seconds first"
                    .formatted(expression, fields.length));
        }
        try {
            return new CronSchedule(fields);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("schedule '%s': %s".formatted(expression, e.getMessage()), e);
        }
    }

    /** The first time strictly after the given one; empty if there is none (31 February). */
    Optional<Instant> next(Instant after) {
        ZonedDateTime start = after.atZone(ZoneOffset.UTC).plusSeconds(1).withNano(0);
        LocalDate last = start.toLocalDate().plusYears(YEARS_AHEAD);
        LocalTime from = start.toLocalTime();
        for (LocalDate day = start.toLocalDate(); day.isBefore(last); day = day.plusDays(1)) {
            Optional<LocalTime> time = matches(day) ? time(from) : Optional.empty();
            if (time.isPresent()) {
                return Optional.of(day.atTime(time.get()).toInstant(ZoneOffset.UTC));
            }
            from = LocalTime.MIDNIGHT;
        }
        return Optional.empty();
    }

    private boolean matches(LocalDate day) {
        return months.get(day.getMonthValue())
                && days.get(day.getDayOfMonth())
                && weekdays.get(day.getDayOfWeek().getValue() % 7);
    }

    private Optional<LocalTime> time(LocalTime from) {
        for (int hour = hours.nextSetBit(from.getHour()); hour >= 0; hour = hours.nextSetBit(hour + 1)) {
            int firstMinute = hour == from.getHour() ? from.getMinute() : 0;
            for (int minute = minutes.nextSetBit(firstMinute); minute >= 0; minute = minutes.nextSetBit(minute + 1)) {
                boolean sameMinute = hour == from.getHour() && minute == from.getMinute();
                int second = seconds.nextSetBit(sameMinute ? from.getSecond() : 0);
                if (second >= 0) {
                    return Optional.of(LocalTime.of(hour, minute, second));
                }
            }
        }
        return Optional.empty();
    }

    private enum Field {
        SECOND(0, 59, ""),
        MINUTE(0, 59, ""),
        HOUR(0, 23, ""),
        DAY(1, 31, ""),
        MONTH(1, 12, "jan feb mar apr may jun jul aug sep oct nov dec"),
        WEEKDAY(0, 6, "sun mon tue wed thu fri sat");

        private final int first;
        private final int last;
        private final String names;

        Field(int first, int last, String names) {
            this.first = first;
            this.last = last;
            this.names = names;
        }

        BitSet parse(String text) {
            BitSet values = new BitSet();
            for (String part : text.split(",", -1)) {
                addPart(part, values);
            }
            return values;
        }

        private void addPart(String part, BitSet values) {
            int slash = part.indexOf('/');
            String range = slash < 0 ? part : part.substring(0, slash);
            int step = slash < 0 ? 1 : number(part.substring(slash + 1), part);
            if (step < 1) {
                throw wrong(part);
            }
            int dash = range.indexOf('-');
            int from = range.equals("*") ? first : value(dash < 0 ? range : range.substring(0, dash), part);
            int to = from;
            if (range.equals("*") || (dash < 0 && slash >= 0)) {
                to = last;
            }
            if (dash >= 0) {
                to = value(range.substring(dash + 1), part);
            }
            if (to < from) {
                throw wrong(part);
            }
            for (int value = from; value <= to; value += step) {
                values.set(value);
            }
        }

        private int value(String text, String part) {
            int named = text.isEmpty() ? -1 : List.of(names.split(" ", -1)).indexOf(text.toLowerCase(Locale.ROOT));
            int value = named < 0 ? number(text, part) : named + first;
            if (value < first || value > last) {
                throw wrong(part);
            }
            return value;
        }

        private int number(String text, String part) {
            if (text.isEmpty() || text.length() > 2 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
                throw wrong(part);
            }
            return Integer.parseInt(text);
        }

        private IllegalArgumentException wrong(String part) {
            return new IllegalArgumentException(
                    "'%s' is no %s from %d to %d".formatted(part, name().toLowerCase(Locale.ROOT), first, last));
        }
    }
}

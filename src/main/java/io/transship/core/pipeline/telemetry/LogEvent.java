package io.transship.core.pipeline.telemetry;

import org.jspecify.annotations.Nullable;

/**
 * A log line that alerts and people look for: its name, then {@code key='value'} for what it is about, then a colon and what
 * there is to say. Names and keys never change. Not thread-safe.
 */
public final class LogEvent {

    private final StringBuilder line;

    private LogEvent(String name) {
        this.line = new StringBuilder(name);
    }

    public static LogEvent of(String name) {
        return new LogEvent(name);
    }

    /** Adds a value, unless it is absent. A quote in it is replaced, so that queries can rely on those around it. */
    public LogEvent with(String key, @Nullable Object value) {
        if (value != null) {
            String text = value.toString().replace('\'', '\u2019').replaceAll("\\p{Cntrl}", " ");
            line.append(' ').append(key).append("='").append(text).append('\'');
        }
        return this;
    }

    /** The whole line. */
    public String saying(String text) {
        return line + ": " + text;
    }
}

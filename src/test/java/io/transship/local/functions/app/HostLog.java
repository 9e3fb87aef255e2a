package io.transship.local.functions.app;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.time.temporal.ChronoUnit;

/** The console of the host: one line per message, with time and category. Thread-safe; does not close the stream. */
public record HostLog(PrintStream out, Clock clock) {

    /** A line of the host itself. */
    public void host(String message) {
        write("Host", message);
    }

    /** A line of the host itself, followed by the stack of its cause. */
    public void host(String message, Throwable cause) {
        write("Host", message + System.lineSeparator() + stackOf(cause));
    }

    void write(String category, String message) {
        out.println(
                "[" + clock.instant().truncatedTo(ChronoUnit.MILLIS) + " " + category + "] " + message.stripTrailing());
    }

    static String stackOf(Throwable cause) {
        StringWriter text = new StringWriter();
        cause.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }
}

package io.transship.telemetry;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;

/** Keeps what is logged, as an invocation's logger would send it on. */
public final class LoggedLines extends Handler {

    private final List<String> lines = new CopyOnWriteArrayList<>();

    public List<String> all() {
        return lines;
    }

    public List<String> starting(String with) {
        return lines.stream().filter(line -> line.startsWith(with)).toList();
    }

    @Override
    public void publish(LogRecord line) {
        lines.add(line.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}

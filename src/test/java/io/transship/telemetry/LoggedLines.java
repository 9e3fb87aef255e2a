package io.transship.telemetry;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Keeps what is logged. */
public final class LoggedLines extends Handler {

    private final List<String> lines = new CopyOnWriteArrayList<>();

    /** What is done. */
    @FunctionalInterface
    public interface Action {
        void run() throws IOException;
    }

    /** What a class logs while something is done. */
    public static List<String> by(Class<?> type, Action action) throws IOException {
        LoggedLines logged = new LoggedLines();
        Logger logger = Logger.getLogger(type.getName());
        logger.addHandler(logged);
        try {
            action.run();
        } finally {
            logger.removeHandler(logged);
        }
        return logged.all();
    }

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

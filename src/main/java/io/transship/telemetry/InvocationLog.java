package io.transship.telemetry;

import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * Leads the log lines of this app to the invocation that their thread works for, so that the portal shows them under it. Lines
 * of no invocation go where they went before.
 */
final class InvocationLog extends Handler {

    /** Kept here, because loggers that nobody holds are forgotten together with their handlers. */
    private static final Logger OURS = Logger.getLogger("io.transship");

    private InvocationLog() {
        setFormatter(new SimpleFormatter());
    }

    /** Does nothing if it was done before. */
    static synchronized void install() {
        for (Handler handler : OURS.getHandlers()) {
            if (handler instanceof InvocationLog) {
                return;
            }
        }
        OURS.addHandler(new InvocationLog());
        OURS.setUseParentHandlers(false);
    }

    @Override
    public void publish(LogRecord line) {
        Optional<Logger> invocation = CurrentInvocation.log();
        if (invocation.isPresent()) {
            LogRecord copy = new LogRecord(line.getLevel(), getFormatter().formatMessage(line));
            copy.setThrown(line.getThrown());
            invocation.get().log(copy);
            return;
        }
        Logger parent = OURS.getParent();
        if (parent != null) {
            for (Handler handler : parent.getHandlers()) {
                handler.publish(line);
            }
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}

package io.transship.local.functions.app;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.RetryContext;
import com.microsoft.azure.functions.RpcException;
import com.microsoft.azure.functions.TraceContext;
import java.util.Map;
import java.util.UUID;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * What one invocation knows about itself. Its logger is of no use after the invocation has ended, as on Azure: closing
 * the context makes later messages say so.
 */
final class InvocationContext implements ExecutionContext, AutoCloseable {

    private final String functionName;
    private final UUID id = UUID.randomUUID();
    private final Logger logger = Logger.getAnonymousLogger();
    private volatile boolean ended;

    InvocationContext(String functionName, HostLog log) {
        this.functionName = functionName;
        logger.setUseParentHandlers(false);
        logger.setLevel(Level.ALL);
        logger.addHandler(new ConsoleHandler(log));
    }

    @Override
    public Logger getLogger() {
        return logger;
    }

    @Override
    public String getInvocationId() {
        return id.toString();
    }

    @Override
    public String getFunctionName() {
        return functionName;
    }

    @Override
    public TraceContext getTraceContext() {
        return new Trace(id);
    }

    @Override
    public RetryContext getRetryContext() {
        return new NoRetry();
    }

    @Override
    public void close() {
        ended = true;
    }

    private record Trace(UUID id) implements TraceContext {

        /** Made from the invocation id, so that it is the same at every call. */
        @Override
        public String getTraceparent() {
            String hex = id.toString().replace("-", "");
            return "00-" + hex + "-" + hex.substring(16) + "-01";
        }

        @Override
        public String getTracestate() {
            return "";
        }

        @Override
        public Map<String, String> getAttributes() {
            return Map.of("InvocationId", id.toString());
        }
    }

    private record NoRetry() implements RetryContext {

        @Override
        public int getRetrycount() {
            return 0;
        }

        @Override
        public int getMaxretrycount() {
            return 0;
        }

        @Override
        public RpcException getException() {
            return new NoError();
        }
    }

    /** Stands where a first attempt has no exception: readers need not ask for null. */
    private record NoError() implements RpcException {

        @Override
        public String getSource() {
            return "";
        }

        @Override
        public String getStacktrace() {
            return "";
        }

        @Override
        public String getMessage() {
            return "";
        }
    }

    private final class ConsoleHandler extends Handler {

        private final HostLog log;

        ConsoleHandler(HostLog log) {
            this.log = log;
            setLevel(Level.INFO);
            setFormatter(new SimpleFormatter());
        }

        @Override
        public void publish(LogRecord message) {
            if (!isLoggable(message)) {
                return;
            }
            String level = message.getLevel().equals(Level.INFO)
                    ? ""
                    : message.getLevel().getName() + ": ";
            String lost = ended ? "(lost on Azure, its invocation has ended) " : "";
            String stack =
                    message.getThrown() == null ? "" : System.lineSeparator() + HostLog.stackOf(message.getThrown());
            log.write("Function." + functionName, lost + level + getFormatter().formatMessage(message) + stack);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}

package io.transship.functions.invocation;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.TraceContext;
import io.transship.telemetry.CurrentInvocation;
import java.util.function.Supplier;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One invocation of a function: until it is closed, what is logged on its thread, and on threads that this one starts, is
 * shown under the invocation, and what is started belongs to its trace.
 */
public final class Invocation implements AutoCloseable {

    private final CurrentInvocation current;
    private final Logger log;

    private Invocation(CurrentInvocation current, Logger log) {
        this.current = current;
        this.log = log;
    }

    /** Begins; to be closed by the same thread before the function returns. */
    public static Invocation begin(ExecutionContext context) {
        @Nullable TraceContext trace = context.getTraceContext();
        Logger log = context.getLogger();
        return new Invocation(CurrentInvocation.enter(log, trace == null ? null : trace.getTraceparent()), log);
    }

    /** Answers within an invocation. */
    @SuppressWarnings("try") // What is supplied finds the invocation by its thread.
    public static <T> T of(ExecutionContext context, Supplier<T> answer) {
        try (Invocation invocation = begin(context)) {
            return answer.get();
        }
    }

    /** Where its lines go. */
    public Logger log() {
        return log;
    }

    @Override
    public void close() {
        current.close();
    }
}

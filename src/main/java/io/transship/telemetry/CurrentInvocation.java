package io.transship.telemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.util.Optional;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The invocation of a function that a thread works for, and the threads that it starts: where log lines go, and to which
 * trace it belongs. Entered once for each invocation, closed by the same thread.
 */
public final class CurrentInvocation implements AutoCloseable {

    private static final InheritableThreadLocal<@Nullable CurrentInvocation> CURRENT = new InheritableThreadLocal<>();

    private final Logger logger;
    private final Optional<SpanContext> span;
    private final @Nullable CurrentInvocation before;
    private final Scope scope;

    /** Threads of pools live on with what they inherited; a logger is of no use after its invocation. */
    private volatile boolean over;

    private CurrentInvocation(Logger logger, Optional<SpanContext> span, Scope scope) {
        this.logger = logger;
        this.span = span;
        this.before = CURRENT.get();
        this.scope = scope;
    }

    /**
     * The thread begins to work for an invocation.
     *
     * @param logger of the invocation
     * @param traceparent of the invocation, as the platform says; absent if it does not
     */
    @SuppressWarnings("MustBeClosedChecker") // Closed with what is returned.
    public static CurrentInvocation enter(Logger logger, @Nullable String traceparent) {
        InvocationLog.install();
        SpanContext known = Span.current().getSpanContext();
        CurrentInvocation entered;
        if (known.isValid()) {
            // An agent in the process knows better: it may have a span of its own for the invocation.
            entered = new CurrentInvocation(logger, Optional.of(known), Scope.noop());
        } else {
            Optional<SpanContext> span = TraceParents.parse(traceparent);
            entered = new CurrentInvocation(
                    logger,
                    span,
                    Context.current()
                            .with(Span.wrap(span.orElse(SpanContext.getInvalid())))
                            .makeCurrent());
        }
        CURRENT.set(entered);
        return entered;
    }

    /** Where this thread's log lines go; empty if it works for no invocation. */
    static Optional<Logger> log() {
        return current().map(invocation -> invocation.logger);
    }

    /** The invocation's place in its trace; empty if it is not known. */
    static Optional<SpanContext> span() {
        return current().flatMap(invocation -> invocation.span);
    }

    private static Optional<CurrentInvocation> current() {
        return Optional.ofNullable(CURRENT.get()).filter(invocation -> !invocation.over);
    }

    @Override
    public void close() {
        over = true;
        scope.close();
        if (before == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(before);
        }
    }
}

package io.transship.telemetry;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.transship.core.pipeline.RunTrace;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Between W3C's {@code traceparent} and OpenTelemetry's span contexts. */
final class TraceParents {

    private TraceParents() {}

    /**
     * What another process says of itself; empty if it is absent or no traceparent.
     *
     * <p>It always counts as sampled: hosts take samples of requests, of which there are many, and would take whole runs away
     * with them, of which there are few.
     */
    static Optional<SpanContext> parse(@Nullable String traceparent) {
        String valid = new RunTrace(traceparent, null).parent();
        if (valid == null) {
            return Optional.empty();
        }
        String[] parts = valid.split("-", -1);
        return Optional.of(SpanContext.createFromRemoteParent(
                parts[1], parts[2], TraceFlags.getSampled(), TraceState.getDefault()));
    }

    static String of(SpanContext span) {
        return "00-%s-%s-%s"
                .formatted(
                        span.getTraceId(),
                        span.getSpanId(),
                        span.getTraceFlags().asHex());
    }
}

package io.transship.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.Step;
import io.transship.core.pipeline.telemetry.FailureCause;
import io.transship.core.pipeline.telemetry.StepWatch;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One execution of a step, as a span in the trace of what asked for the run. Used by one thread. */
final class StepSpan implements StepWatch {

    private static final ThreadLocal<@Nullable StepSpan> CURRENT = new ThreadLocal<>();

    private final Span span;
    private final Scope scope;
    private final BiConsumer<String, Optional<FailureCause>> end;
    private Optional<FailureCause> cause = Optional.empty();
    private String outcome = "done";

    @SuppressWarnings("MustBeClosedChecker") // Closed with this.
    private StepSpan(Span span, BiConsumer<String, Optional<FailureCause>> end) {
        this.span = span;
        this.scope = span.makeCurrent();
        this.end = end;
        CURRENT.set(this);
    }

    /**
     * Begins.
     *
     * @param end hears the outcome and the cause of a failure
     */
    static StepSpan begin(Tracer tracer, PipelineRun run, Step step, BiConsumer<String, Optional<FailureCause>> end) {
        SpanBuilder builder = tracer.spanBuilder("transship.step").setAllAttributes(attributes(run, step));
        // The message came through a queue that knows no trace: the run says where its steps belong.
        TraceParents.parse(run.trace().parent())
                .ifPresent(parent -> builder.setParent(Context.root().with(Span.wrap(parent))));
        CurrentInvocation.span().ifPresent(builder::addLink);
        // An archive may be imported many times, by others and long after: that is a trace of its own.
        TraceParents.parse(run.trace().archive()).ifPresent(builder::addLink);
        return new StepSpan(builder.startSpan(), end);
    }

    /** Begins the end of a run whose step was given up. */
    static StepSpan giveUp(Tracer tracer) {
        StepSpan begun = new StepSpan(tracer.spanBuilder("transship.give-up").startSpan(), (outcome, cause) -> {});
        begun.cause = Optional.of(FailureCause.GIVEN_UP);
        return begun;
    }

    private static Attributes attributes(PipelineRun run, Step step) {
        var attributes = Attributes.builder()
                .put(Names.RUN, run.id().name())
                .put(Names.PIPELINE, run.pipeline().name())
                .put(Names.REGISTRY, run.pipeline().registry())
                .put(Names.LEG, step.leg().label())
                .put(Names.STEP, label(step))
                .put(Names.GENERATION, (long) step.generation())
                .put(Names.ARCHIVE, run.archive().value());
        if (step.kind() == Step.Kind.MOVE) {
            attributes.put(Names.SLICE, (long) step.slice());
        }
        String digest = run.catalogDigest();
        if (digest != null) {
            attributes.put(Names.CATALOG_DIGEST, digest);
        }
        return attributes.build();
    }

    static String label(Step step) {
        return step.kind().name().toLowerCase(Locale.ROOT);
    }

    /** Why the step of this thread failed; empty if it did not, or if there is none. */
    static Optional<FailureCause> currentCause() {
        StepSpan current = CURRENT.get();
        return current == null ? Optional.empty() : current.cause;
    }

    /** Says of the step of this thread what its run is, once that is known. */
    static void tellCurrent(PipelineRun run) {
        StepSpan current = CURRENT.get();
        String digest = run.catalogDigest();
        if (current != null && digest != null) {
            current.span.setAttribute(Names.CATALOG_DIGEST, digest);
        }
    }

    @Override
    public void failed(Exception failure) {
        cause = Optional.of(FailureCause.of(failure));
        outcome = "failed";
        // No recordException: a stack trace says less than the message, and costs more.
        span.setStatus(StatusCode.ERROR, failure.getMessage() == null ? failure.toString() : failure.getMessage());
    }

    @Override
    public void triedAgain() {
        outcome = "retried";
    }

    @Override
    public void canceled() {
        outcome = "canceled";
    }

    @Override
    public void close() {
        CURRENT.remove();
        span.setAttribute(Names.OUTCOME, outcome);
        cause.ifPresent(why -> span.setAttribute(Names.FAILURE_CODE, why.label()));
        scope.close();
        span.end();
        end.accept(outcome, cause);
    }
}

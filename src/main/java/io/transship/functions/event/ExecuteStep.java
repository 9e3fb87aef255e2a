package io.transship.functions.event;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.annotation.BindingName;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.QueueTrigger;
import io.transship.core.pipeline.run.Step;
import io.transship.functions.invocation.Invocation;
import io.transship.functions.wiring.Wiring;
import java.io.IOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** Executes one step of a run. A failure that may pass is thrown, and the queue brings the step again. */
public final class ExecuteStep {

    private final Wiring wiring;

    public ExecuteStep(Wiring wiring) {
        this.wiring = wiring;
    }

    @FunctionName("ExecuteStep")
    public void run(
            @QueueTrigger(name = "step", queueName = Wiring.QUEUE, connection = Wiring.STORAGE) String message,
            @BindingName("InsertionTime") String enqueued,
            ExecutionContext context)
            throws IOException {
        try (Invocation invocation = Invocation.begin(context)) {
            Step step = Step.parse(message);
            time(enqueued).ifPresent(time -> wiring.telemetry().waited(step, time));
            invocation.log().info(wiring.runner().executeOn(step));
        }
    }

    /** The host gives times as JSON. What cannot be read is not worth a failure. */
    private static Optional<Instant> time(String json) {
        try {
            return Optional.of(OffsetDateTime.parse(json.replace("\"", "")).toInstant());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}

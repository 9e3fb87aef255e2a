package io.transship.functions.event;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.QueueTrigger;
import io.transship.core.pipeline.run.Step;
import io.transship.core.pipeline.telemetry.LogEvent;
import io.transship.functions.invocation.Invocation;
import io.transship.functions.wiring.Wiring;
import java.io.IOException;
import java.util.Locale;

/** Ends the run of a step that was tried in vain as often as the queue allows, so that nothing dies silently. */
public final class FailPoisonedStep {

    /** What each of its lines begins with, so that an alert can look for it. Never changes. */
    private static final String FIRST_WORD = "StepPoisoned";

    private final Wiring wiring;

    public FailPoisonedStep(Wiring wiring) {
        this.wiring = wiring;
    }

    @FunctionName("FailPoisonedStep")
    public void run(
            @QueueTrigger(name = "step", queueName = Wiring.QUEUE + "-poison", connection = Wiring.STORAGE)
                    String message,
            ExecutionContext context)
            throws IOException {
        try (Invocation invocation = Invocation.begin(context)) {
            Step step;
            try {
                step = Step.parse(message);
            } catch (IllegalArgumentException e) {
                invocation
                        .log()
                        .severe(LogEvent.of(FIRST_WORD)
                                .saying("dropped a message that is no step: %s".formatted(e.getMessage())));
                return;
            }
            wiring.runner().giveUp(step);
            invocation
                    .log()
                    .severe(LogEvent.of(FIRST_WORD)
                            .with("run", step.run().name())
                            .with("leg", step.leg().label())
                            .with("step", step.kind().name().toLowerCase(Locale.ROOT))
                            .with("slice", step.slice() < 0 ? null : step.slice())
                            .saying("gave up on the %s; its run says why".formatted(step)));
        }
    }
}

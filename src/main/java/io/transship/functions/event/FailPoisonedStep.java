package io.transship.functions.event;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.QueueTrigger;
import io.transship.core.pipeline.run.Step;
import io.transship.functions.wiring.Wiring;
import java.io.IOException;

/** Ends the run of a step that was tried in vain as often as the queue allows, so that nothing dies silently. */
public final class FailPoisonedStep {

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
        Step step;
        try {
            step = Step.parse(message);
        } catch (IllegalArgumentException e) {
            context.getLogger().severe("dropped a message that is no step: " + e.getMessage());
            return;
        }
        wiring.runner().giveUp(step);
        context.getLogger().severe("gave up on the %s".formatted(step));
    }
}

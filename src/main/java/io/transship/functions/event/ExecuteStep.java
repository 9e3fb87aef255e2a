package io.transship.functions.event;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.QueueTrigger;
import io.transship.core.pipeline.run.Step;
import io.transship.functions.wiring.Wiring;
import java.io.IOException;

/** Executes one step of a run. A failure that may pass is thrown, and the queue brings the step again. */
public final class ExecuteStep {

    private final Wiring wiring;

    public ExecuteStep(Wiring wiring) {
        this.wiring = wiring;
    }

    @FunctionName("ExecuteStep")
    public void run(
            @QueueTrigger(name = "step", queueName = Wiring.QUEUE, connection = Wiring.STORAGE) String message,
            ExecutionContext context)
            throws IOException {
        context.getLogger().info(wiring.runner().execute(Step.parse(message)));
    }
}

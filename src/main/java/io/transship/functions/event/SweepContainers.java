package io.transship.functions.event;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.TimerTrigger;
import io.transship.functions.invocation.Invocation;
import io.transship.functions.wiring.Wiring;
import java.io.IOException;

/** Every five minutes: starts the import of archives whose event was lost, and looks after runs that stand still. */
public final class SweepContainers {

    private final Wiring wiring;

    public SweepContainers(Wiring wiring) {
        this.wiring = wiring;
    }

    @FunctionName("SweepContainers")
    public void run(@TimerTrigger(name = "timer", schedule = "0 */5 * * * *") String timer, ExecutionContext context)
            throws IOException {
        try (Invocation invocation = Invocation.begin(context)) {
            wiring.stuckRuns().sweep().forEach(invocation.log()::warning);
            wiring.missedArchives().sweep().forEach(invocation.log()::warning);
        }
    }
}

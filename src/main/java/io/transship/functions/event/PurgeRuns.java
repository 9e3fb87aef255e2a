package io.transship.functions.event;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.TimerTrigger;
import io.transship.functions.invocation.Invocation;
import io.transship.functions.wiring.Wiring;
import java.io.IOException;

/** Every hour: removes runs that have been over for longer than the app setting {@code TRANSSHIP_RETENTION} says. */
public final class PurgeRuns {

    private final Wiring wiring;

    public PurgeRuns(Wiring wiring) {
        this.wiring = wiring;
    }

    @FunctionName("PurgeRuns")
    public void run(@TimerTrigger(name = "timer", schedule = "0 17 * * * *") String timer, ExecutionContext context)
            throws IOException {
        try (Invocation invocation = Invocation.begin(context)) {
            int purged = wiring.retention().purge();
            if (purged > 0) {
                invocation.log().info("removed %d runs that were over for long enough".formatted(purged));
            }
        }
    }
}

package io.transship.functions.event;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.TimerTrigger;
import io.transship.functions.invocation.Invocation;
import io.transship.functions.wiring.Wiring;
import java.io.IOException;

/** Every hour: renews the SAS that pipelines want rotated and that are due, and fails if one cannot be renewed. */
public final class RotateSas {

    private final Wiring wiring;

    public RotateSas(Wiring wiring) {
        this.wiring = wiring;
    }

    @FunctionName("RotateSas")
    public void run(@TimerTrigger(name = "timer", schedule = "0 41 * * * *") String timer, ExecutionContext context)
            throws IOException {
        try (Invocation invocation = Invocation.begin(context)) {
            RotationReport.report(wiring.sasRotator().rotateAll(), invocation.log());
        }
    }
}

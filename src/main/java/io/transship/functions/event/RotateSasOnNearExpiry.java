package io.transship.functions.event;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.annotation.EventGridTrigger;
import com.microsoft.azure.functions.annotation.FunctionName;
import io.transship.core.pipeline.rotation.RotationOutcome;
import io.transship.core.storage.SecretUri;
import io.transship.functions.invocation.Invocation;
import io.transship.functions.wiring.Wiring;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.logging.Logger;

/**
 * Renews a SAS when its vault says that it comes to its end, if it is due and a pipeline wants it rotated. Whatever is
 * ignored is logged with the reason.
 */
public final class RotateSasOnNearExpiry {

    private final Wiring wiring;

    public RotateSasOnNearExpiry(Wiring wiring) {
        this.wiring = wiring;
    }

    @FunctionName("RotateSasOnNearExpiry")
    public void run(@EventGridTrigger(name = "event") String event, ExecutionContext context) throws IOException {
        try (Invocation invocation = Invocation.begin(context)) {
            run(event, invocation.log());
        }
    }

    private void run(String event, Logger log) throws IOException {
        SecretExpiry expiry;
        try {
            expiry = SecretExpiry.parse(event);
        } catch (IllegalArgumentException e) {
            // A failure would only bring the same event again.
            log.severe("ignored an event: " + e.getMessage());
            return;
        }
        if (expiry.secret().isEmpty()) {
            log.info("ignored %s: the event is none of %s".formatted(expiry.type(), SecretExpiry.TYPES));
            return;
        }
        SecretUri secret = expiry.secret().get();
        Optional<RotationOutcome> outcome = wiring.sasRotator().rotate(secret);
        if (outcome.isEmpty()) {
            log.info("ignored %s of secret '%s': no pipeline has sasRotation for it".formatted(expiry.type(), secret));
            return;
        }
        RotationReport.report(List.of(outcome.get()), log);
    }
}

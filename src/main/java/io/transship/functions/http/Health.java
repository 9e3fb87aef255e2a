package io.transship.functions.http;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import io.transship.functions.invocation.Invocation;
import io.transship.functions.wiring.Wiring;
import java.util.Optional;

/** For load balancers, {@code GET /api/health}: 200 or 503. Whoever has a key asks {@link Overview} for the details. */
public final class Health {

    private final Wiring wiring;
    private final ArmTrigger trigger;

    public Health(Wiring wiring) {
        this.wiring = wiring;
        this.trigger = new ArmTrigger(wiring.settings());
    }

    @FunctionName("Health")
    public HttpResponseMessage run(
            @HttpTrigger(
                            name = "request",
                            methods = {HttpMethod.GET},
                            authLevel = AuthorizationLevel.ANONYMOUS,
                            route = "health")
                    HttpRequestMessage<Optional<String>> request,
            ExecutionContext context) {
        return Invocation.of(
                context, () -> trigger.answer(request, asked -> wiring.health().status()));
    }
}

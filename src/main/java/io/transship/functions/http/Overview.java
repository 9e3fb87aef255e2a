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

/** All registries at once: their pipelines, the runs that go on, the SAS of pipelines, and the app's health in detail. */
public final class Overview {

    private final Wiring wiring;
    private final ArmTrigger trigger;

    public Overview(Wiring wiring) {
        this.wiring = wiring;
        this.trigger = new ArmTrigger(wiring.settings());
    }

    @FunctionName("Overview")
    public HttpResponseMessage run(
            @HttpTrigger(
                            name = "request",
                            methods = {HttpMethod.GET},
                            authLevel = AuthorizationLevel.FUNCTION,
                            route = "overview/{part?}")
                    HttpRequestMessage<Optional<String>> request,
            ExecutionContext context) {
        return Invocation.of(context, () -> trigger.answer(request, wiring.overviewResources()::answer));
    }
}

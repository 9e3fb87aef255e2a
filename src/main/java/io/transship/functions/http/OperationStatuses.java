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

/** How operations go on that pipelines and runs were asked for. */
public final class OperationStatuses {

    private final Wiring wiring;
    private final ArmTrigger trigger;

    public OperationStatuses(Wiring wiring) {
        this.wiring = wiring;
        this.trigger = new ArmTrigger(wiring.settings());
    }

    @FunctionName("OperationStatuses")
    public HttpResponseMessage run(
            @HttpTrigger(
                            name = "request",
                            methods = {HttpMethod.GET},
                            authLevel = AuthorizationLevel.FUNCTION,
                            route = ArmTrigger.REGISTRY + "/{collection}/{name}/operationStatuses/{operation}")
                    HttpRequestMessage<Optional<String>> request,
            ExecutionContext context) {
        return Invocation.of(context, () -> trigger.answer(request, wiring.operationResources()::answer));
    }
}

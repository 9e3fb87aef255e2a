package io.transship.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import java.util.Optional;

/** How operations go on that pipelines and runs were asked for. */
public final class OperationStatuses {

    private final Wiring wiring;

    public OperationStatuses(Wiring wiring) {
        this.wiring = wiring;
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
        return wiring.trigger().answer(request, wiring.operationResources()::answer);
    }
}

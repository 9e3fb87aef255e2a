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

/** Runs: list, read, start or start again, delete, cancel and retry. */
public final class PipelineRuns {

    private final Wiring wiring;
    private final ArmTrigger trigger;

    public PipelineRuns(Wiring wiring) {
        this.wiring = wiring;
        this.trigger = new ArmTrigger(wiring.settings());
    }

    @FunctionName("PipelineRuns")
    public HttpResponseMessage run(
            @HttpTrigger(
                            name = "request",
                            methods = {HttpMethod.GET, HttpMethod.PUT, HttpMethod.DELETE, HttpMethod.POST},
                            authLevel = AuthorizationLevel.FUNCTION,
                            route = ArmTrigger.REGISTRY + "/pipelineRuns" + ArmTrigger.ITEM_AND_VERB)
                    HttpRequestMessage<Optional<String>> request,
            ExecutionContext context) {
        return Invocation.of(context, () -> trigger.answer(request, wiring.runResources()::answer));
    }
}

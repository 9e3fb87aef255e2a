package io.transship.functions;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatus;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.request.RunView;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.PipelineRuns;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads runs at their addresses in Azure Resource Manager: one by its name, or all under a registry, newest first.
 */
public final class GetPipelineRuns {

    private final Wiring wiring;

    public GetPipelineRuns(Wiring wiring) {
        this.wiring = wiring;
    }

    @FunctionName("PipelineRuns")
    public HttpResponseMessage run(
            @HttpTrigger(
                            name = "request",
                            methods = {HttpMethod.GET},
                            authLevel = AuthorizationLevel.FUNCTION,
                            route =
                                    "subscriptions/{subscription}/resourceGroups/{resourceGroup}/providers/Microsoft.ContainerRegistry/registries/{registry}/pipelineRuns/{run?}")
                    HttpRequestMessage<Optional<String>> request,
            ExecutionContext context) {
        return ArmError.answering(request, () -> {
            // The path and not its parameters: a parameter that is not there cannot be bound.
            String path = request.getUri().getPath().replaceAll("/+$", "");
            String id = path.substring(Math.max(0, path.toLowerCase(Locale.ROOT).indexOf("/subscriptions/")));
            String body = id.toLowerCase(Locale.ROOT).endsWith("/pipelineruns") ? list(id) : item(ResourceId.parse(id));
            return request.createResponseBuilder(HttpStatus.OK)
                    .header("Content-Type", "application/json")
                    .body(body)
                    .build();
        });
    }

    private String item(ResourceId id) throws IOException {
        PipelineRun run = wiring.runs()
                .find(id)
                .map(PipelineRuns.Versioned::run)
                .orElseThrow(() -> new ArmError(
                        HttpStatus.NOT_FOUND,
                        "ResourceNotFound",
                        "run '%s' does not exist under registry '%s'".formatted(id.name(), id.registry())));
        return resource().json(RunView.of(wiring.runs(), run));
    }

    private String list(String collection) throws IOException {
        ResourceId any = ResourceId.parse(collection + "/any");
        ObjectNode list = Json.object();
        ArrayNode value = list.putArray("value");
        for (PipelineRun run :
                wiring.runs().list(any.scope(), 100, Optional.empty()).items()) {
            value.add(resource().node(RunView.of(wiring.runs(), run)));
        }
        return list.toString();
    }

    private RunResource resource() {
        return new RunResource(wiring.pipelines());
    }
}

package io.transship.functions.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import io.transship.core.pipeline.InvalidResourceException;
import io.transship.core.pipeline.Pipeline.ExportPipeline;
import io.transship.core.pipeline.Problem;
import io.transship.core.pipeline.request.RunStarter;
import io.transship.core.pipeline.request.RunView;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.functions.arm.ApiVersion;
import io.transship.functions.arm.ArmAnswer;
import io.transship.functions.arm.ArmError;
import io.transship.functions.arm.ArmRequest;
import io.transship.functions.arm.Json;
import io.transship.functions.invocation.Invocation;
import io.transship.functions.settings.AppSettings;
import io.transship.functions.wiring.Wiring;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Starts an export run: {@code POST /api/export} with {@code pipeline} (name or resource id), {@code artifacts}, and
 * optionally {@code blobName} of the archive and {@code name} of the run. Answers 202 with the run and its address.
 */
public final class StartExport {

    private static final Set<String> KNOWN = Set.of("pipeline", "artifacts", "blobName", "name");

    private final Wiring wiring;
    private final ArmTrigger trigger;

    public StartExport(Wiring wiring) {
        this.wiring = wiring;
        this.trigger = new ArmTrigger(wiring.settings());
    }

    @FunctionName("StartExport")
    public HttpResponseMessage run(
            @HttpTrigger(
                            name = "request",
                            methods = {HttpMethod.POST},
                            authLevel = AuthorizationLevel.FUNCTION,
                            route = "export")
                    HttpRequestMessage<Optional<String>> request,
            ExecutionContext context) {
        return Invocation.of(context, () -> trigger.answer(request, asked -> start(asked, context)));
    }

    private ArmAnswer start(ArmRequest asked, ExecutionContext context) throws IOException {
        JsonNode body = body(asked.body());
        ExportPipeline pipeline = pipeline(text(body, "pipeline"));
        Optional<PipelineRun> run =
                wiring.starter().startExport(pipeline, artifacts(body), text(body, "blobName"), text(body, "name"));
        if (run.isEmpty()) {
            throw new ArmError(
                    409,
                    "RunExists",
                    "%s exists; name the new run differently, or look at the one that exists"
                            .formatted(body.has("name") ? "run '" + text(body, "name") + "'" : "a run of this time"));
        }
        context.getLogger().info("started %s".formatted(run.get().label()));
        String address = "%s%s?api-version=%s"
                .formatted(asked.baseBefore("/export"), run.get().id(), ApiVersion.STANDARD);
        return ArmAnswer.of(202, wiring.runResource().node(RunView.of(wiring.runs(), run.get())))
                .with("Location", address)
                .with("Retry-After", "2");
    }

    private static JsonNode body(String text) throws ArmError {
        if (text.isBlank()) {
            throw ArmError.badRequest(
                    "the request has no body; send JSON with 'pipeline' and 'artifacts', and a Content-Length (a chunked body does not arrive)");
        }
        JsonNode body;
        try {
            body = Json.parse(text);
        } catch (IllegalArgumentException e) {
            throw ArmError.badRequest(
                    "the body is %s; send JSON with 'pipeline' and 'artifacts'".formatted(e.getMessage()));
        }
        List<Problem> problems = new ArrayList<>();
        if (!body.isObject()) {
            throw ArmError.badRequest("the body must be a JSON object with 'pipeline' and 'artifacts'");
        }
        body.fieldNames().forEachRemaining(name -> {
            if (!KNOWN.contains(name)) {
                problems.add(new Problem(name, "is not known; expected pipeline, artifacts, blobName or name"));
            }
        });
        for (String name : List.of("pipeline", "blobName", "name")) {
            if (body.has(name) && !body.get(name).isTextual()) {
                problems.add(new Problem(name, "must be a string"));
            }
        }
        if (!body.has("pipeline")) {
            problems.add(new Problem("pipeline", "is missing; give the name or the resource id of an export pipeline"));
        }
        JsonNode artifacts = body.path("artifacts");
        if (artifacts.isArray() && allText(artifacts)) {
            problems.addAll(RunStarter.problemsOf(artifacts(body), text(body, "blobName"), text(body, "name")));
        } else {
            problems.add(new Problem("artifacts", "must be an array of strings such as 'samples/hello:v1'"));
        }
        if (!problems.isEmpty()) {
            throw new InvalidResourceException(problems);
        }
        return body;
    }

    private static List<String> artifacts(JsonNode body) {
        List<String> artifacts = new ArrayList<>();
        body.path("artifacts").forEach(artifact -> artifacts.add(artifact.asText()));
        return artifacts;
    }

    private static boolean allText(JsonNode array) {
        for (JsonNode element : array) {
            if (!element.isTextual()) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable String text(JsonNode body, String name) {
        return body.path(name).textValue();
    }

    private ExportPipeline pipeline(@Nullable String nameOrId) throws IOException {
        AppSettings settings = wiring.settings();
        List<ExportPipeline> found = wiring.pipelines().find(ExportPipeline.class, String.valueOf(nameOrId));
        if (found.size() == 1) {
            return found.getFirst();
        }
        if (found.size() > 1) {
            throw ArmError.badRequest("pipeline: '%s' is the name of several export pipelines; give the resource id: %s"
                    .formatted(nameOrId, ids(found)));
        }
        List<ExportPipeline> all = wiring.pipelines().all().stream()
                .filter(ExportPipeline.class::isInstance)
                .map(ExportPipeline.class::cast)
                .toList();
        String hint = all.isEmpty() ? "there is none" : "there are " + ids(all);
        throw new ArmError(
                404,
                "PipelineNotFound",
                "export pipeline '%s' does not exist; %s. Pipelines are put at their ARM path or declared in the app setting %s"
                        .formatted(nameOrId, hint, AppSettings.PIPELINES),
                settings.problems().stream()
                        .map(problem -> new Problem("settings", problem))
                        .toList());
    }

    private static String ids(List<ExportPipeline> pipelines) {
        return pipelines.stream().map(pipeline -> pipeline.id().toString()).collect(Collectors.joining(", "));
    }
}

package io.transship.functions.arm;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.transship.core.pipeline.InvalidResourceException;
import io.transship.core.pipeline.Page;
import io.transship.core.pipeline.Pipelines;
import io.transship.core.pipeline.Problem;
import io.transship.core.pipeline.ResourceConflictException;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.VersionCondition;
import io.transship.core.pipeline.request.RunCanceler;
import io.transship.core.pipeline.request.RunRemover;
import io.transship.core.pipeline.request.RunRetrier;
import io.transship.core.pipeline.request.RunStarter;
import io.transship.core.pipeline.request.RunView;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.PipelineRuns;
import io.transship.core.pipeline.run.PipelineRuns.Versioned;
import io.transship.core.pipeline.run.RunRequest;
import io.transship.core.transfer.Fanout;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Answers requests for runs. Thread-safe. */
public final class RunResources {

    private static final String DELETE_FAILED = "deleteFailed";
    private static final int PARALLEL_READS = 16;

    private final PipelineRuns runs;
    private final Pipelines pipelines;
    private final Verbs verbs;
    private final Clock clock;

    /** What can be done to runs. */
    public record Verbs(RunStarter starter, RunCanceler canceler, RunRetrier retrier, RunRemover remover) {}

    /** Over these runs, of these pipelines. */
    public RunResources(PipelineRuns runs, Pipelines pipelines, Verbs verbs, Clock clock) {
        this.runs = runs;
        this.pipelines = pipelines;
        this.verbs = verbs;
        this.clock = clock;
    }

    /** Answers a request. */
    public ArmAnswer answer(ArmRequest request) throws IOException {
        ApiVersion version = ApiVersion.of(request);
        return switch (ArmPath.of(request.uri())) {
            case ArmPath.Collection(ResourceId any) ->
                switch (request.method()) {
                    case "GET" -> list(request, version, any);
                    default -> throw ArmError.notAllowed(request.method(), "GET");
                };
            case ArmPath.Item(ResourceId id) ->
                switch (request.method()) {
                    case "GET" -> answer(200, version, find(id));
                    case "PUT" -> put(request, version, id);
                    case "DELETE" -> ArmAnswer.empty(verbs.remover().remove(id, request.condition()) ? 200 : 204);
                    case "POST" -> actOnAll(request, id);
                    default -> throw ArmError.notAllowed(request.method(), "GET", "PUT", "DELETE");
                };
            case ArmPath.Verb(ResourceId id, String verb) -> act(request, version, id, verb);
            case ArmPath.Operation operation -> throw ArmError.notFound("operations are asked for elsewhere");
        };
    }

    private ArmAnswer list(ArmRequest request, ApiVersion version, ResourceId any) throws IOException {
        ListPage wanted = ListPage.of(request);
        Page<PipelineRun> page = page(any, wanted);
        List<RunView> views = Fanout.map(page.items(), PARALLEL_READS, run -> RunView.of(runs, run));
        RunResource resource = new RunResource(new PipelinesReadOnce(pipelines), clock);
        List<ObjectNode> items = new ArrayList<>();
        for (RunView view : views) {
            items.add(version.shown(resource.node(view)));
        }
        return ArmAnswer.of(200, wanted.body(request, version, items, page.next()));
    }

    private Page<PipelineRun> page(ResourceId any, ListPage wanted) throws IOException {
        try {
            return runs.list(any.scope(), wanted.most(), wanted.from());
        } catch (IllegalArgumentException e) {
            throw ListPage.unknownToken();
        }
    }

    private ArmAnswer put(ArmRequest request, ApiVersion version, ResourceId id) throws IOException {
        VersionCondition condition = request.condition();
        RunRequest wanted = new RunRequestReader(id, request.resource()).read(pipelines);
        RunStarter.Put put = verbs.starter().put(id, wanted, condition);
        PipelineRun run = put.run().run();
        ArmAnswer answer = answer(put.effect() == RunStarter.Effect.CREATED ? 201 : 200, version, put.run());
        // Whoever repeats a request may have missed the first answer and wants to follow the same operation.
        return put.effect() == RunStarter.Effect.UNCHANGED && run.status().isFinal()
                ? answer
                : Operation.of(run).follow(answer, request, version);
    }

    private ArmAnswer act(ArmRequest request, ApiVersion version, ResourceId id, String verb) throws IOException {
        boolean cancels = verb.equalsIgnoreCase("cancel");
        if (!cancels && !verb.equalsIgnoreCase("retry")) {
            throw ArmError.notFound(
                    "'%s' is nothing that pipelineRuns can do; known are cancel and retry".formatted(verb));
        }
        if (!request.method().equals("POST")) {
            throw ArmError.notAllowed(request.method(), "POST");
        }
        if (cancels) {
            verbs.canceler().cancel(id);
            return answer(200, version, find(id));
        }
        PipelineRun run = verbs.retrier().retry(id);
        return Operation.of(run).follow(answer(202, version, find(id)), request, version);
    }

    private ArmAnswer actOnAll(ArmRequest request, ResourceId id) throws IOException {
        if (!id.name().equalsIgnoreCase(DELETE_FAILED)) {
            throw ArmError.notAllowed(request.method(), "GET", "PUT", "DELETE");
        }
        boolean dryRun = switch (request.query().getOrDefault("dryRun", "false").toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default ->
                throw new InvalidResourceException(
                        List.of(new Problem("dryRun", "must be true or false; nothing was deleted")));
        };
        ObjectNode body = Json.object().put("dryRun", dryRun);
        ArrayNode value = body.putArray("value");
        verbs.remover()
                .removeFailed(id.scope(), dryRun)
                .forEach(run -> value.addObject()
                        .put("id", run.id().toString())
                        .put("name", run.id().name())
                        .put("pipelineRunErrorMessage", run.message()));
        return ArmAnswer.of(200, body);
    }

    private Versioned find(ResourceId id) throws IOException {
        return runs.find(id).orElseThrow(() -> ResourceConflictException.noRun(id));
    }

    private ArmAnswer answer(int status, ApiVersion version, Versioned found) throws IOException {
        ObjectNode resource = new RunResource(pipelines, clock)
                .node(RunView.of(runs, found.run()))
                .put("etag", found.version());
        return ArmAnswer.of(status, version.shown(resource)).with("ETag", found.version());
    }
}

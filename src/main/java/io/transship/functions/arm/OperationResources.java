package io.transship.functions.arm;

import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.definition.PipelineCatalog;
import io.transship.core.pipeline.definition.PipelineStore;
import io.transship.core.pipeline.request.RunView;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.PipelineRuns;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/** Answers how long operations go on. Thread-safe. */
public final class OperationResources {

    private final PipelineCatalog pipelines;
    private final PipelineRuns runs;

    public OperationResources(PipelineCatalog pipelines, PipelineRuns runs) {
        this.pipelines = pipelines;
        this.runs = runs;
    }

    /** Answers a request for {@code …/operationStatuses/…}. */
    public ArmAnswer answer(ArmRequest request) throws IOException {
        ApiVersion.of(request);
        if (!(ArmPath.of(request.uri()) instanceof ArmPath.Operation(ResourceId id, String name))) {
            throw ArmError.notFound("'%s' is not the path of an operation"
                    .formatted(request.uri().getPath()));
        }
        if (!request.method().equals("GET")) {
            throw ArmError.notAllowed(request.method(), "GET");
        }
        return id.type() == ResourceId.Type.PIPELINE_RUN ? ofRun(id, name) : ofPipeline(id, name);
    }

    private ArmAnswer ofRun(ResourceId id, String name) throws IOException {
        PipelineRun run = runs.find(id)
                .map(PipelineRuns.Versioned::run)
                .orElseThrow(() -> unknown(name, "run '%s' does not exist".formatted(id.name())));
        Operation present = Operation.of(run);
        if (!present.name().equalsIgnoreCase(name)) {
            throw unknown(
                    name,
                    "run '%s' was asked for again at %s, and how it ended before is not kept; its present operation is '%s'"
                            .formatted(id.name(), run.times().requestedAt(), present.name()));
        }
        ArmAnswer answer = ArmAnswer.of(200, present.status(run, RunResource.percentage(RunView.of(runs, run))));
        return run.status().isFinal() ? answer : answer.with("Retry-After", Operation.RETRY_AFTER);
    }

    private ArmAnswer ofPipeline(ResourceId id, String name) throws IOException {
        Optional<Instant> createdAt = pipelines
                .get(id)
                .map(PipelineStore.Versioned::definition)
                .flatMap(definition -> definition.systemData().createdAt());
        // A pipeline is there as soon as it was put: the operation that created it is over.
        return createdAt
                .map(at -> new Operation(id, at))
                .filter(operation -> operation.name().equalsIgnoreCase(name))
                .map(operation -> ArmAnswer.of(200, operation.done()))
                .orElseThrow(() -> unknown(
                        name, "pipeline '%s' was not created by it or does not exist any more".formatted(id.name())));
    }

    private static ArmError unknown(String name, String why) {
        return ArmError.notFound("operation '%s' is not known: %s".formatted(name, why));
    }
}

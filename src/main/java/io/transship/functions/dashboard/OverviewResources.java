package io.transship.functions.dashboard;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.transship.core.content.RedactedUri;
import io.transship.core.pipeline.RegistryDirectory;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.definition.PipelineCatalog;
import io.transship.core.pipeline.definition.PipelineDefinition;
import io.transship.core.pipeline.definition.PipelineJson;
import io.transship.core.pipeline.preview.SasOutlook;
import io.transship.core.pipeline.preview.SasState;
import io.transship.core.pipeline.request.RunView;
import io.transship.core.pipeline.rotation.RotationRecord;
import io.transship.core.pipeline.rotation.RotationRecord.Failure;
import io.transship.core.pipeline.rotation.RotationRecords;
import io.transship.core.pipeline.run.ExecutionId;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.PipelineRuns;
import io.transship.core.transfer.Fanout;
import io.transship.functions.arm.ArmAnswer;
import io.transship.functions.arm.ArmError;
import io.transship.functions.arm.ArmRequest;
import io.transship.functions.arm.Json;
import io.transship.functions.arm.PipelinesReadOnce;
import io.transship.functions.arm.RunResource;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What resources of ARM cannot say, because each of them is under one registry: which registries there are, with all
 * pipelines; which runs go on; how long the SAS of pipelines will last. Thread-safe.
 */
public final class OverviewResources {

    private static final String START = "/overview";
    private static final int PARALLEL_READS = 16;

    private final PipelineCatalog pipelines;
    private final PipelineRuns runs;
    private final RegistryDirectory registries;
    private final SasOutlook sas;
    private final RotationRecords rotations;
    private final Health health;
    private final Clock clock;

    public OverviewResources(
            PipelineCatalog pipelines,
            PipelineRuns runs,
            RegistryDirectory registries,
            SasOutlook sas,
            RotationRecords rotations,
            Health health,
            Clock clock) {
        this.pipelines = pipelines;
        this.runs = runs;
        this.registries = registries;
        this.sas = sas;
        this.rotations = rotations;
        this.health = health;
        this.clock = clock;
    }

    /** Answers a request. */
    public ArmAnswer answer(ArmRequest request) throws IOException {
        String path = request.uri().getPath().toLowerCase(Locale.ROOT);
        String part = path.substring(path.lastIndexOf(START) + START.length()).replaceAll("^/|/$", "");
        return switch (part) {
            case "" -> EntityTag.answer(request, ArmAnswer.of(200, pipelines()));
            case "runs" -> EntityTag.answer(request, ArmAnswer.of(200, runs()));
            case "secrets" -> EntityTag.answer(request, ArmAnswer.of(200, secrets()));
            case "health" -> health.details(rotationFailures());
            default ->
                throw new ArmError(
                        404,
                        "ResourceNotFound",
                        "the overview has no part '%s'; known are runs, secrets and health".formatted(part));
        };
    }

    private ObjectNode pipelines() throws IOException {
        Map<String, ResourceId> scopes = new LinkedHashMap<>();
        ObjectNode body = Json.object();
        ArrayNode registryNodes = body.putArray("registries");
        ArrayNode exports = body.putArray("exportPipelines");
        ArrayNode imports = body.putArray("importPipelines");
        for (PipelineDefinition definition : pipelines.definitions()) {
            (definition.id().type() == ResourceId.Type.EXPORT_PIPELINE ? exports : imports)
                    .add(PipelineJson.write(definition));
            scopes.putIfAbsent(definition.id().scope(), definition.id());
        }
        // What goes on is shown also when its pipeline has been deleted.
        for (ExecutionId execution : runs.unsettled()) {
            scopes.putIfAbsent(execution.run().scope(), execution.run());
        }
        scopes.values().stream()
                .sorted(Comparator.comparing(ResourceId::registry).thenComparing(ResourceId::scope))
                .forEach(id -> registryNodes
                        .addObject()
                        .put("id", registryId(id))
                        .put("name", id.registry())
                        .put(
                                "loginServer",
                                registries.find(id.registry()).loginServer().getRawAuthority()));
        return body;
    }

    private static String registryId(ResourceId id) {
        return id.toString().substring(0, id.scope().length());
    }

    private ObjectNode runs() throws IOException {
        List<Optional<RunView>> found = Fanout.map(
                runs.unsettled().stream().map(ExecutionId::run).distinct().toList(), PARALLEL_READS, this::view);
        RunResource resource = new RunResource(new PipelinesReadOnce(pipelines), clock);
        ObjectNode body = Json.object();
        ArrayNode value = body.putArray("value");
        for (RunView view : found.stream()
                .flatMap(Optional::stream)
                .sorted(Comparator.comparing(
                                (RunView view) -> view.run().times().createdAt())
                        .reversed())
                .toList()) {
            value.add(resource.summary(view));
        }
        return body;
    }

    private Optional<RunView> view(ResourceId id) throws IOException {
        Optional<PipelineRun> run = runs.find(id).map(PipelineRuns.Versioned::run);
        return run.isPresent() ? Optional.of(RunView.of(runs, run.get())) : Optional.empty();
    }

    private ObjectNode secrets() throws IOException {
        ObjectNode body = Json.object();
        ArrayNode value = body.putArray("value");
        List<RotationRecord> records = rotations.all();
        for (SasState state : sas.of(pipelines.all())) {
            ObjectNode node = value.addObject()
                    .put("pipeline", state.pipeline().toString())
                    .put("container", state.container().toString())
                    .put("secret", state.secret().toString())
                    .put("verdict", state.verdict().label());
            state.expiresOn()
                    .ifPresent(end -> node.put("expiresOn", end.toString())
                            .put(
                                    "daysLeft",
                                    Math.max(
                                            0,
                                            Duration.between(clock.instant(), end)
                                                    .toDays())));
            if (!state.message().isEmpty()) {
                node.put("message", state.message());
            }
            records.stream()
                    .filter(record -> record.secret().isSameSecretAs(state.secret()))
                    .findFirst()
                    .ifPresent(record -> node.set("rotation", rotation(record)));
        }
        return body;
    }

    private static ObjectNode rotation(RotationRecord record) {
        ObjectNode node = Json.object().put("failuresInARow", record.failuresInARow());
        record.success()
                .ifPresent(success -> node.put("lastSuccess", success.at().toString()));
        record.failure()
                .ifPresent(failure -> node.put("lastFailure", failure.at().toString())
                        .put("message", RedactedUri.within(failure.message())));
        return node;
    }

    private List<String> rotationFailures() {
        try {
            return rotations.all().stream()
                    .filter(record -> record.failuresInARow() > 0)
                    .map(record -> "secret '%s' could not be rotated, %d times in a row: %s"
                            .formatted(
                                    record.secret(),
                                    record.failuresInARow(),
                                    record.failure().map(Failure::message).orElse("not known why")))
                    .map(RedactedUri::within)
                    .toList();
        } catch (IOException e) {
            // Then the storage account is away, which is the first thing that is said.
            return List.of();
        }
    }
}

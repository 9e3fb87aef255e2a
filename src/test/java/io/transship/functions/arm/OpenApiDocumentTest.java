package io.transship.functions.arm;

import static io.transship.functions.arm.TestedApi.GROUP;
import static io.transship.functions.arm.TestedApi.REGISTRY;
import static io.transship.functions.arm.TestedApi.exportRun;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.transship.core.pipeline.request.RunStarter;
import io.transship.core.pipeline.request.RunView;
import io.transship.core.pipeline.run.LegPlan;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.RunProgress;
import io.transship.core.transfer.TransferSettings;
import io.transship.core.transfer.artifact.ArtifactOutcome;
import io.transship.core.transfer.artifact.FailureCode;
import io.transship.functions.arm.TestedApi.Reply;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The description of the API says what the API does. */
class OpenApiDocumentTest {

    private static final String SCOPE =
            "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.ContainerRegistry/registries/{registryName}/";

    private final TestedApi api = new TestedApi(Map.of(
                    "preflight", (request, pipeline) -> ArmAnswer.of(200, Json.object()),
                    "plan", (request, pipeline) -> ArmAnswer.of(200, Json.object()),
                    "listArchives", (request, pipeline) -> ArmAnswer.of(200, Json.object()),
                    "contents", (request, pipeline) -> ArmAnswer.of(200, Json.object())))
            .withPipelines();
    private OpenApiDocument document;

    @BeforeEach
    void read() throws IOException {
        document = OpenApiDocument.packaged();
    }

    @Test
    void itIsWhole() {
        assertThat(document.root().get("openapi").asText()).startsWith("3.1");
        assertThat(document.brokenReferences()).isEmpty();
        assertThat(document.root().findValuesAsText("operationId")).doesNotHaveDuplicates();
    }

    @Test
    void itHasEachOperationOfTheResourcesAndNoOther() {
        Set<String> answered = new TreeSet<>();
        for (String collection : List.of("exportPipelines", "importPipelines", "pipelineRuns")) {
            for (String method : List.of("GET", "PUT", "POST", "DELETE", "PATCH")) {
                for (String rest : List.of(
                        "",
                        "/none",
                        "/none/cancel",
                        "/none/retry",
                        "/none/preflight",
                        "/none/plan",
                        "/none/listArchives",
                        "/none/contents")) {
                    if (isAnswered(method, REGISTRY + collection + rest)) {
                        answered.add(method + " " + SCOPE + collection + rest.replace("/none", "/{name}"));
                    }
                }
            }
        }
        Set<String> described = document.operations();
        described.removeIf(operation -> !operation.contains(SCOPE)
                || operation.endsWith("/operationStatuses/{operation}")
                || operation.endsWith("/deleteFailed"));

        assertThat(described).isEqualTo(answered);
        assertThat(isAnswered("POST", REGISTRY + "pipelineRuns/deleteFailed")).isTrue();
        assertThat(document.operations())
                .contains(
                        "POST " + SCOPE + "pipelineRuns/deleteFailed",
                        "GET " + SCOPE + "{collection}/{name}/operationStatuses/{operation}");
    }

    /** Whether it is more than an address or a method that is not there. */
    private boolean isAnswered(String method, String path) {
        Reply reply = api.call(method, path, "", Map.of());
        return reply.status() != 405 && !reply.at("/error/message").contains("is nothing that");
    }

    @Test
    void itsExamplesAreUnderstood() {
        String registry = GROUP + "contoso/";
        Map<String, String> examples = Map.of(
                "exportPipelines/weekly",
                        "/paths/" + escaped("exportPipelines/{name}")
                                + "/put/requestBody/content/application~1json/example",
                "importPipelines/arriving",
                        "/paths/" + escaped("importPipelines/{name}")
                                + "/put/requestBody/content/application~1json/example");
        examples.forEach((path, pointer) -> {
            JsonNode example = document.root().at(pointer);
            assertThat(api.put(registry + path, example.toString()).status())
                    .as(path)
                    .isEqualTo(201);
        });
        JsonNode runs = document.root()
                .at("/paths/" + escaped("pipelineRuns/{name}") + "/put/requestBody/content/application~1json/examples");
        assertThat(runs).hasSize(2);
        runs.properties().forEach(run -> {
            String body = run.getValue().get("value").toString().replaceAll("/subscriptions/[^\"]*/registries/", GROUP);
            Reply reply = api.put(registry + "pipelineRuns/" + run.getKey(), body);
            assertThat(reply.status()).as(reply.json().toString()).isEqualTo(201);
            assertThat(document.differences("PipelineRun", run.getValue().get("value")))
                    .isEmpty();
        });
        JsonNode shortForm = document.root().at("/paths/~1export/post/requestBody/content/application~1json/example");
        List<String> artifacts = new ArrayList<>();
        shortForm.get("artifacts").forEach(artifact -> artifacts.add(artifact.asText()));
        assertThat(document.differences("ShortExport", shortForm)).isEmpty();
        assertThat(RunStarter.problemsOf(artifacts, shortForm.get("blobName").asText(), null))
                .isEmpty();
    }

    private static String escaped(String rest) {
        return (SCOPE + rest).replace("/", "~1");
    }

    @Test
    void itDeclaresEverythingThatIsAnswered() {
        String run = REGISTRY + "pipelineRuns/one";
        Reply created = api.put(run, exportRun("1", "a:1"));
        assertDescribed("PipelineRun", created);
        assertDescribed("OperationStatus", api.get(created.header("Azure-AsyncOperation")));
        api.later(Duration.ofMinutes(1));
        api.fail("one");
        assertDescribed("OperationStatus", api.get(created.header("Azure-AsyncOperation")));
        assertDescribed("PipelineRun", api.get(run));
        assertDescribed("PipelineRunList", api.get(REGISTRY + "pipelineRuns"));
        assertDescribed("DeletedRuns", api.post(REGISTRY + "pipelineRuns/deleteFailed"));
        assertDescribed("ExportPipeline", api.get(REGISTRY + "exportPipelines/out"));
        assertDescribed("ImportPipeline", api.get(REGISTRY + "importPipelines/in"));
        Reply rotated = api.put(REGISTRY + "importPipelines/rotated", """
                {"properties":{"source":{"uri":"https://far.blob.core.windows.net/inbox",
                  "keyVaultUri":"https://v.vault.azure.net/secrets/sas","sasRotation":
                  {"signedBy":"AccountKey","accountKeyUri":"https://v.vault.azure.net/secrets/key","lifetime":"P90D"}}}}""");
        assertThat(rotated.at("/properties/source/sasRotation/lifetime")).isEqualTo("P90D");
        assertDescribed("ImportPipeline", rotated);
        assertDescribed("ExportPipelineList", api.get(REGISTRY + "exportPipelines?api-version=2025-06-01&$top=1"));
        assertDescribed("ImportPipelineList", api.get(REGISTRY + "importPipelines"));
        assertDescribed("Error", api.get(run));
        assertDescribed("Error", api.put(run, "{\"properties\":{\"a\":1}}"));
    }

    private void assertDescribed(String schema, Reply reply) {
        assertThat(document.differences(schema, reply.json())).as(schema).isEmpty();
    }

    @Test
    void itDeclaresEverythingOfARunWithAllThatARunCanHave() throws IOException {
        api.put(REGISTRY + "pipelineRuns/one", """
                {"properties":{"request":{"pipelineResourceId":"%simportPipelines/in","source":{"name":"x"},
                  "catalogDigest":"sha256:%s"}}}""".formatted(REGISTRY, "ab".repeat(32)));
        api.later(Duration.ofMinutes(1));
        api.change("one", run -> run.planning(api.now()));
        api.later(Duration.ofMinutes(1));
        api.change(
                "one",
                run -> run.moving(
                        new LegPlan(TransferSettings.DEFAULT, 2, 1000, 5, 2), "sha256:" + "ab".repeat(32), api.now()));
        PipelineRun moving = api.run("one");
        api.change("one", PipelineRun::sealing);
        api.change("one", run -> run.succeeded(api.now(), 1, "1 of 2 artifacts failed", RunProgress.NONE));
        List<ArtifactOutcome> outcomes = List.of(
                new ArtifactOutcome("a:1", ArtifactOutcome.Status.SUCCEEDED, "sha256:1", null, null, 7, 8),
                ArtifactOutcome.failed("a:2", null, FailureCode.ARTIFACT_NOT_FOUND, "no such tag"),
                new ArtifactOutcome("a:3", ArtifactOutcome.Status.SKIPPED, "sha256:3", null, "is there", 0, 9));
        RunResource resource =
                new RunResource(api.pipelines(), Clock.fixed(api.now().plusSeconds(10), ZoneOffset.UTC));

        JsonNode going = resource.node(new RunView(moving, new RunProgress(1, 2, 500, 500, 0, 0), List.of()));
        JsonNode over = resource.node(new RunView(api.run("one"), RunProgress.NONE, outcomes));

        assertThat(document.differences("PipelineRun", going)).isEmpty();
        assertThat(document.differences("PipelineRun", over)).isEmpty();
        assertThat(going.at("/properties/response/progress/secondsLeft").isNumber())
                .isTrue();
        assertThat(over.at("/properties/response/importedArtifacts")).hasSize(2);
    }
}

package io.transship.functions.arm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.definition.DeclaredPipelines;
import io.transship.core.pipeline.request.RunView;
import io.transship.core.pipeline.run.Leg;
import io.transship.core.pipeline.run.LegPlan;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.RunProgress;
import io.transship.core.pipeline.run.RunRequest;
import io.transship.core.storage.BlobName;
import io.transship.core.transfer.TransferSettings;
import io.transship.core.transfer.artifact.ArtifactOutcome;
import io.transship.core.transfer.artifact.FailureCode;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RunResourceTest {

    private static final String REGISTRY =
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/r/";
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final String PIPELINES = """
            [{"id":"%1$sexportPipelines/out","properties":{
                "target":{"uri":"https://a.blob.core.windows.net/out","keyVaultUri":"https://v.vault.azure.net/secrets/s"},
                "relay":{"uri":"https://b.blob.core.windows.net/in0","storageAccessMode":"ManagedIdentity"}}},
             {"id":"%1$simportPipelines/in","properties":{
                "source":{"uri":"https://b.blob.core.windows.net/in0","storageAccessMode":"ManagedIdentity"}}}]""".formatted(REGISTRY);

    private final RunResource resource = new RunResource(
            DeclaredPipelines.parse(PIPELINES, new ArrayList<>()), Clock.fixed(NOON.plusSeconds(60), ZoneOffset.UTC));

    @Test
    void showsAnExportAsAcrTransferDoesAndTheRelayBesideIt() throws IOException {
        JsonNode json = resource.node(view(run("one", "exportPipelines/out", Leg.EXPORT, null), List.of()));

        assertThat(json.get("id").asText()).isEqualTo(REGISTRY + "pipelineRuns/one");
        assertThat(json.get("type").asText()).isEqualTo("Microsoft.ContainerRegistry/registries/pipelineRuns");
        assertThat(json.at("/properties/provisioningState").asText()).isEqualTo("Creating");
        assertThat(json.at("/properties/request").toString())
                .isEqualTo(
                        "{\"pipelineResourceId\":\"" + REGISTRY
                                + "exportPipelines/out\",\"artifacts\":[\"a:1\"],\"target\":{\"type\":\"AzureStorageBlob\",\"name\":\"x.tar\"}}");
        assertThat(json.at("/properties/response/target").toString())
                .isEqualTo(
                        "{\"type\":\"AzureStorageBlob\",\"uri\":\"https://a.blob.core.windows.net/out/x.tar\",\"keyVaultUri\":\"https://v.vault.azure.net/secrets/s\",\"storageAccessMode\":\"SasToken\"}");
        assertThat(json.at("/properties/response/relay/uri").asText())
                .isEqualTo("https://b.blob.core.windows.net/in0/x.tar");
        assertThat(json.at("/properties/response/progress/percentage").isTextual())
                .as("percentage is a string, as ARM has it")
                .isTrue();
    }

    @Test
    void showsAnImportWithItsTriggerAndWhatBecameOfEachArtifact() throws IOException {
        JsonNode json = resource.node(view(
                run("in_1", "importPipelines/in", Leg.IMPORT, NOON),
                List.of(
                        new ArtifactOutcome("a:1", ArtifactOutcome.Status.SUCCEEDED, "sha256:1", null, null, 7, 8),
                        ArtifactOutcome.failed("a:2", null, FailureCode.ARTIFACT_NOT_FOUND, "no such tag"))));

        assertThat(json.at("/properties/request/source/name").asText()).isEqualTo("x.tar");
        assertThat(json.at("/properties/response/trigger/sourceTrigger/timestamp")
                        .asText())
                .isEqualTo("2026-03-01T12:00:00Z");
        assertThat(json.at("/properties/response/artifacts").toString())
                .isEqualTo(
                        "[{\"name\":\"a:1\",\"outcome\":\"Succeeded\",\"digest\":\"sha256:1\",\"bytesSent\":7,\"bytesSaved\":8},{\"name\":\"a:2\",\"outcome\":\"Failed\",\"code\":\"ArtifactNotFound\",\"message\":\"no such tag\",\"bytesSent\":0,\"bytesSaved\":0}]");
        assertThat(json.at("/properties/response").has("importedArtifacts"))
                .as("said only of a run that is finished")
                .isFalse();
    }

    @Test
    void showsHowFarARunIsHowFastAndHowLongItWillTake() throws IOException {
        PipelineRun moving = run("one", "exportPipelines/out", Leg.EXPORT, null)
                .planning(NOON.minusSeconds(5))
                .moving(new LegPlan(TransferSettings.DEFAULT, 4, 1000, 10, 2), null, NOON);

        JsonNode json = resource.node(new RunView(moving, new RunProgress(1, 3, 250, 260, 40, 30), List.of()));

        assertThat(json.at("/properties/response/progress").toString())
                .isEqualTo("{\"percentage\":\"25\",\"leg\":\"export\",\"bytesDone\":250,\"bytesTotal\":1000,"
                        + "\"bytesSent\":260,\"bytesSaved\":40,\"bytesCopied\":30,\"bytesPerSecond\":4,\"secondsLeft\":187,"
                        + "\"contentsDone\":3,\"contentsTotal\":10,\"slicesDone\":1,\"slicesTotal\":4,"
                        + "\"artifactsDone\":0,\"artifactsTotal\":2}");
        assertThat(json.at("/properties/response/startTime").asText()).isEqualTo("2026-03-01T11:59:55Z");
        assertThat(json.at("/systemData/createdAt").asText()).isEqualTo("2026-03-01T12:00:00Z");
    }

    private static RunView view(PipelineRun run, List<ArtifactOutcome> outcomes) {
        return new RunView(run, RunProgress.NONE, outcomes);
    }

    private static PipelineRun run(String name, String pipeline, Leg leg, @Nullable Instant triggeredAt) {
        List<String> artifacts = leg == Leg.IMPORT ? List.of() : List.of("a:1");
        return PipelineRun.queued(
                ResourceId.parse(REGISTRY + "pipelineRuns/" + name),
                new RunRequest(ResourceId.parse(REGISTRY + pipeline), artifacts, new BlobName("x.tar")),
                NOON,
                triggeredAt);
    }
}

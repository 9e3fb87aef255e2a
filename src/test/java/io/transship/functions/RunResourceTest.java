package io.transship.functions;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.definition.DeclaredPipelines;
import io.transship.core.pipeline.request.RunView;
import io.transship.core.pipeline.run.Leg;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.RunProgress;
import io.transship.core.pipeline.run.RunRequest;
import io.transship.core.storage.BlobName;
import io.transship.core.transfer.artifact.ArtifactOutcome;
import io.transship.core.transfer.artifact.FailureCode;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
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

    private final RunResource resource = new RunResource(DeclaredPipelines.parse(PIPELINES, new ArrayList<>()));

    @Test
    void showsAnExportAsAcrTransferDoesAndTheRelayBesideIt() throws IOException {
        JsonNode json = Json.parse(resource.json(view(run("one", "exportPipelines/out", Leg.EXPORT, null), List.of())));

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
        JsonNode json = Json.parse(resource.json(view(
                run("in_1", "importPipelines/in", Leg.IMPORT, NOON),
                List.of(
                        new ArtifactOutcome("a:1", ArtifactOutcome.Status.SUCCEEDED, "sha256:1", null, null, 7, 8),
                        ArtifactOutcome.failed("a:2", null, FailureCode.ARTIFACT_NOT_FOUND, "no such tag")))));

        assertThat(json.at("/properties/request/source/name").asText()).isEqualTo("x.tar");
        assertThat(json.at("/properties/response/trigger/sourceTrigger/timestamp")
                        .asText())
                .isEqualTo("2026-03-01T12:00:00Z");
        assertThat(json.at("/properties/response/artifacts").toString())
                .isEqualTo(
                        "[{\"name\":\"a:1\",\"outcome\":\"Succeeded\",\"digest\":\"sha256:1\"},{\"name\":\"a:2\",\"outcome\":\"Failed\",\"message\":\"no such tag\"}]");
        assertThat(json.at("/properties/response").has("importedArtifacts"))
                .as("said only of a run that is finished")
                .isFalse();
    }

    @Test
    void findsARunsAddressByTheAddressOfTheRequest() {
        PipelineRun run = run("one", "exportPipelines/out", Leg.EXPORT, null);

        assertThat(RunResource.address(URI.create("https://app.example.net/api/export?code=key"), "/export", run))
                .isEqualTo(
                        "https://app.example.net/api" + REGISTRY + "pipelineRuns/one?api-version=2025-06-01-preview");
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

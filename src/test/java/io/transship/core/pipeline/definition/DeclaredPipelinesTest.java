package io.transship.core.pipeline.definition;

import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.pipeline.Pipeline.ExportPipeline;
import io.transship.core.pipeline.Pipeline.ImportPipeline;
import io.transship.core.pipeline.Pipeline.Trigger;
import io.transship.core.pipeline.PipelineOption;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.storage.ContainerUri;
import io.transship.core.storage.SecretUri;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeclaredPipelinesTest {

    private static final String REGISTRY =
            "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/contoso";
    private static final ResourceId OUT = ResourceId.parse(REGISTRY + "/exportPipelines/out");
    private static final ResourceId IN = ResourceId.parse(REGISTRY + "/importPipelines/in");
    private static final String CONTAINER = "https://near.blob.core.windows.net/transfer";

    private final List<String> problems = new ArrayList<>();

    @Test
    void readsTheShapesOfAcrTransfer() throws IOException {
        DeclaredPipelines pipelines = parse("""
                [{"id":"%s", "location":"westus", "identity":{"type":"UserAssigned","userAssignedIdentities":
                    {"/subscriptions/s/x/id":{"clientId":"1234"}}},
                  "properties":{"source":{"type":"AzureStorageBlobContainer","uri":"%s",
                    "storageAccessMode":"ManagedIdentity","keyVaultUri":""},
                    "trigger":{"sourceTrigger":{"status":"Disabled"}}, "provisioningState":"Succeeded",
                    "options":["OverwriteTags","deletesourceblobonsuccess"]}},
                 {"id":"%s", "properties":{"target":{"uri":"%s","keyVaultUri":"https://v.vault.azure.net/secrets/sas"},
                    "relay":{"uri":"https://far.blob.core.windows.net/inbox","storageAccessMode":"ManagedIdentity"}}}]
                """.formatted(IN, CONTAINER, OUT, CONTAINER));

        assertThat(problems).isEmpty();
        assertThat(pipelines.all()).extracting(pipeline -> pipeline.id()).containsExactly(OUT, IN);
        ExportPipeline out = (ExportPipeline) pipelines.find(OUT).orElseThrow();
        assertThat(out.container().sasSecret()).contains(SecretUri.parse("https://v.vault.azure.net/secrets/sas"));
        assertThat(out.container().storageAccessMode()).isEqualTo("SasToken");
        assertThat(out.relay().orElseThrow().uri())
                .isEqualTo(ContainerUri.parse("https://far.blob.core.windows.net/inbox"));
        assertThat(out.options()).isEmpty();
        assertThat(out.identity()).isEmpty();
        ImportPipeline in = (ImportPipeline) pipelines.find(IN).orElseThrow();
        assertThat(in.trigger()).isEqualTo(Trigger.DISABLED);
        assertThat(in.has(PipelineOption.DELETE_SOURCE_BLOB_ON_SUCCESS)).isTrue();
        assertThat(in.has(PipelineOption.CONTINUE_ON_ERRORS)).isFalse();
        assertThat(in.container().sasSecret()).isEmpty();
        assertThat(in.identity()).contains("1234");
        assertThat(pipelines.importsOf(URI.create(CONTAINER + "/a.tar"))).containsExactly(in);
        assertThat(pipelines.importsOf(URI.create(CONTAINER + "2/a.tar"))).isEmpty();
        assertThat(pipelines.find(ExportPipeline.class, OUT.name().toUpperCase(Locale.ROOT)))
                .containsExactly(out);
        assertThat(pipelines.find(ImportPipeline.class, IN.toString())).containsExactly(in);
        assertThat(pipelines.find(ImportPipeline.class, OUT.name())).isEmpty();
    }

    @Test
    void namesAllProblemsAtOnceEachWithItsPath() throws IOException {
        DeclaredPipelines pipelines = parse("""
                [{"id":"out","properties":{"target":{"uri":"%s"}}},
                 {"id":"%s","identity":{"userAssignedIdentities":{"x":{}}},
                  "properties":{"target":{"uri":"ftp://x","storageAccessMode":"Key"},"relay":{},"speed":1,
                    "options":["OverwriteBlobs","Fast",7],"trigger":{}}},
                 {"id":"%s","properties":{"source":{"uri":"%s","storageAccessMode":"ManagedIdentity",
                    "keyVaultUri":"https://v.vault.azure.net/secrets/sas"},"options":"OverwriteTags",
                    "relay":{},"trigger":{"sourceTrigger":{"status":"On"}}}},
                 {"id":"%s/pipelineRuns/r"},
                 7]
                """.formatted(CONTAINER, OUT, IN, CONTAINER, REGISTRY));

        assertThat(pipelines.all()).isEmpty();
        assertThat(problems)
                .satisfiesExactlyInAnyOrder(
                        problem -> assertThat(problem).startsWith("[0].id: resource id 'out' is not valid"),
                        problem -> assertThat(problem).isEqualTo("[0].properties.target.keyVaultUri: is missing"),
                        problem ->
                                assertThat(problem).isEqualTo("[1].properties.speed: is not a property of a pipeline"),
                        problem -> assertThat(problem)
                                .isEqualTo("[1].properties.trigger: is not a property of an ExportPipeline"),
                        problem ->
                                assertThat(problem).startsWith("[1].properties.options[1]: option 'Fast' is not known"),
                        problem -> assertThat(problem).isEqualTo("[1].properties.options[2]: must be a text"),
                        problem -> assertThat(problem)
                                .startsWith("[1].identity.userAssignedIdentities: 'x' is not the resource id"),
                        problem -> assertThat(problem).startsWith("[1].properties.target.uri: container URI 'ftp://x'"),
                        problem -> assertThat(problem)
                                .isEqualTo(
                                        "[1].properties.target.storageAccessMode: must be SasToken or ManagedIdentity"),
                        problem -> assertThat(problem).isEqualTo("[1].properties.relay.uri: is missing"),
                        problem -> assertThat(problem).isEqualTo("[1].properties.relay.keyVaultUri: is missing"),
                        problem -> assertThat(problem).isEqualTo("[2].properties.options: must be an array"),
                        problem -> assertThat(problem)
                                .startsWith("[2].properties.source.keyVaultUri: must be absent when"),
                        problem -> assertThat(problem)
                                .isEqualTo("[2].properties.relay: is not a property of an ImportPipeline"),
                        problem ->
                                assertThat(problem).startsWith("[2].properties.trigger.sourceTrigger.status: must be"),
                        problem -> assertThat(problem).isEqualTo("[3].id: names a run, not a pipeline"),
                        problem -> assertThat(problem).isEqualTo("[4].id: is missing"));
    }

    @Test
    void aPipelineIsDeclaredOnce() throws IOException {
        String pipeline = """
                {"id":"%s","properties":{"target":{"uri":"%s","storageAccessMode":"ManagedIdentity"}}}""";

        DeclaredPipelines pipelines = parse("[%s,%s]"
                .formatted(
                        pipeline.formatted(OUT, CONTAINER),
                        pipeline.formatted(OUT.toString().toUpperCase(Locale.ROOT), CONTAINER + "2")));

        assertThat(problems).singleElement().asString().startsWith("[1].id: declares '/subscriptions/S");
        assertThat(pipelines.find(OUT).map(found -> found.container().uri()))
                .isEqualTo(Optional.of(ContainerUri.parse(CONTAINER)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "[; is not valid JSON:",
                "{}; must be a JSON array of pipelines",
                "[{\"id\":1,\"id\":2}]; is not valid JSON: Duplicate field 'id'"
            })
    void whatIsNoDeclarationIsOneProblem(String json, String problem) {
        assertThat(parse(json).all()).isEmpty();
        assertThat(problems).singleElement().asString().startsWith(problem);
    }

    @Test
    void nothingDeclaredIsNoProblem() throws IOException {
        assertThat(parse(" ").all()).isEmpty();
        assertThat(parse("[]").find(OUT)).isEmpty();
        assertThat(problems).isEmpty();
    }

    private DeclaredPipelines parse(String json) {
        return DeclaredPipelines.parse(json, problems);
    }
}

package io.transship.functions.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.transship.core.cloud.CloudEndpoints;
import io.transship.core.pipeline.AllowedHosts;
import io.transship.core.pipeline.RegistryDirectory;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.definition.DeclaredPipelines;
import io.transship.core.pipeline.definition.InMemoryPipelineStore;
import io.transship.core.pipeline.definition.PipelineCatalog;
import io.transship.core.pipeline.definition.PipelineHosts;
import io.transship.core.pipeline.preview.SasOutlook;
import io.transship.core.pipeline.rotation.InMemoryRotationRecords;
import io.transship.core.pipeline.rotation.RotationRecord;
import io.transship.core.pipeline.run.InMemoryPipelineRuns;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.RunProgress;
import io.transship.core.pipeline.run.RunRequest;
import io.transship.core.sas.SasValidator;
import io.transship.core.storage.BlobName;
import io.transship.core.storage.SecretException;
import io.transship.core.storage.SecretStore;
import io.transship.core.storage.SecretUri;
import io.transship.core.transfer.SetClock;
import io.transship.functions.arm.ArmAnswer;
import io.transship.functions.arm.ArmError;
import io.transship.functions.arm.ArmRequest;
import io.transship.functions.arm.Json;
import io.transship.functions.arm.OpenApiDocument;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the dashboard asks for is about all registries at once, cheap to ask again, and as the description says. */
class OverviewResourcesTest {

    private static final String GROUP =
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/";
    private static final String DECLARED = """
            [{"id":"%1$sfrom/exportPipelines/out","properties":{
                "target":{"uri":"https://a.blob.core.windows.net/out","keyVaultUri":"https://v.vault.azure.net/secrets/out"},
                "relay":{"uri":"https://b.blob.core.windows.net/in0","keyVaultUri":"https://v.vault.azure.net/secrets/relay"}}},
             {"id":"%1$sto/importPipelines/in","properties":{
                "source":{"uri":"https://b.blob.core.windows.net/in0","keyVaultUri":"https://elsewhere.example/secrets/in"}}},
             {"id":"%1$sto/importPipelines/keyless","properties":{
                "source":{"uri":"https://b.blob.core.windows.net/in1","storageAccessMode":"ManagedIdentity"}}}]""".formatted(GROUP);

    private final SetClock clock = new SetClock(Instant.parse("2026-03-01T12:00:00Z"));
    private final InMemoryPipelineRuns runs = new InMemoryPipelineRuns();
    private final InMemoryRotationRecords rotations = new InMemoryRotationRecords();
    private final Map<String, String> vault = new HashMap<>();
    private final OverviewResources overview;
    private final OpenApiDocument document;

    OverviewResourcesTest() throws IOException {
        document = OpenApiDocument.packaged();
        AllowedHosts hosts =
                new AllowedHosts(Set.of(".azurecr.io", ".blob.core.windows.net", ".vault.azure.net"), Set.of());
        RegistryDirectory registries = RegistryDirectory.parse("", CloudEndpoints.AZURE_PUBLIC, new ArrayList<>());
        PipelineCatalog catalog = new PipelineCatalog(
                DeclaredPipelines.parse(DECLARED, new ArrayList<>()),
                new InMemoryPipelineStore(),
                new PipelineHosts(registries, hosts),
                clock);
        overview = new OverviewResources(
                catalog,
                runs,
                registries,
                new SasOutlook(new Vault(), hosts, new SasValidator(clock)),
                rotations,
                new Health(
                        Map.of("table storage", () -> {}),
                        new Health.Facts("1", List.of(), List.of()),
                        clock,
                        Health.Limits.STANDARD),
                clock);
    }

    private final class Vault implements SecretStore {

        @Override
        public String read(SecretUri secret, Optional<String> identity) throws SecretException {
            String value = vault.get(secret.name());
            if (value == null) {
                throw new SecretException(
                        SecretException.Kind.NOT_FOUND, "secret '%s' is not there".formatted(secret), null);
            }
            return value;
        }

        @Override
        public void forget(SecretUri secret) {}
    }

    private ArmAnswer call(String path, Map<String, String> headers) {
        return ArmError.answering(() -> overview.answer(new ArmRequest(
                "GET", URI.create("https://app.example.net/api" + path), headers, "", Optional.empty())));
    }

    private JsonNode get(String path, String schema) {
        ArmAnswer answer = call(path, Map.of());
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        JsonNode json = Json.parse(answer.body());
        assertThat(document.differences(schema, json)).isEmpty();
        return json;
    }

    private PipelineRun start(String registry, String name) throws IOException {
        ResourceId id = ResourceId.parse(GROUP + registry + "/pipelineRuns/" + name);
        PipelineRun run = PipelineRun.queued(
                id,
                new RunRequest(
                        id.sibling(ResourceId.Type.EXPORT_PIPELINE, "out"),
                        List.of("a:1", "b:2"),
                        new BlobName("x.tar"),
                        null,
                        null),
                clock.instant(),
                null);
        runs.create(run);
        return run;
    }

    @Test
    void allPipelinesAreListedWithTheRegistriesThatTheyAndWhatGoesOnAreUnder() throws IOException {
        start("gone", "orphan");

        JsonNode json = get("/overview", "Overview");

        assertThat(json.get("registries").findValuesAsText("name")).containsExactly("from", "gone", "to");
        assertThat(json.at("/registries/0/id").asText()).isEqualTo(GROUP + "from");
        assertThat(json.at("/registries/0/loginServer").asText()).isEqualTo("from.azurecr.io");
        assertThat(json.get("exportPipelines").findValuesAsText("name")).containsExactly("out");
        assertThat(json.get("importPipelines").findValuesAsText("name")).containsExactly("in", "keyless");
    }

    @Test
    void runsOfAllRegistriesThatGoOnAreListedNewestFirstUntilTheyAreSettled() throws IOException {
        PipelineRun first = start("from", "first");
        clock.advance(Duration.ofMinutes(1));
        start("to", "second");
        String version = runs.find(first.id()).orElseThrow().version();
        runs.replace(first.failed(clock.instant(), "the registry is away", RunProgress.NONE), version);

        JsonNode json = get("/overview/runs", "PipelineRunList");

        assertThat(json.get("value").findValuesAsText("name"))
                .filteredOn(name -> !name.endsWith(".tar"))
                .containsExactly("second", "first");
        assertThat(json.at("/value/1/properties/response/status").asText()).isEqualTo("Failed");
        assertThat(json.at("/value/0/properties/request").has("artifacts")).isFalse();
        runs.settle(first.execution());
        assertThat(get("/overview/runs", "PipelineRunList").get("value")).hasSize(1);
    }

    @Test
    void whoAsksAgainHearsOnlyOfWhatIsNew() throws IOException {
        for (String path : List.of("/overview", "/overview/runs", "/overview/secrets")) {
            String tag = call(path, Map.of()).headers().getOrDefault("ETag", "none");
            ArmAnswer same = call(path, Map.of("if-none-match", tag));
            assertThat(same.status()).as(path).isEqualTo(304);
            assertThat(same.body()).isEmpty();
        }
        String idle = call("/overview/runs", Map.of()).headers().getOrDefault("ETag", "none");
        start("from", "new");
        assertThat(call("/overview/runs", Map.of("if-none-match", idle)).status())
                .isEqualTo(200);
    }

    @Test
    void eachSasIsJudgedByWhatItIsForAndNoSignatureIsShown() {
        String end = "&sv=2024-11-04&sr=c&spr=https&sig=c2VjcmV0";
        vault.put("out", "sp=rawl&se=2026-03-31T12:00:00Z" + end);
        vault.put("relay", "sp=rawl&se=2026-02-28T12:00:00Z" + end);
        vault.put("in", "never read: its host may not receive tokens");

        JsonNode json = get("/overview/secrets", "SasList");

        assertThat(json.toString()).doesNotContain("c2VjcmV0");
        assertThat(json.get("value")).hasSize(3);
        assertThat(json.at("/value/0/daysLeft").asInt()).isEqualTo(30);
        assertThat(json.at("/value/0/verdict").asText()).isEqualTo("Passed");
        assertThat(json.at("/value/1/daysLeft").asInt(-1)).isZero();
        assertThat(json.at("/value/1/verdict").asText()).isEqualTo("Failed");
        assertThat(json.at("/value/1/message").asText()).contains("which is past", "az storage container generate-sas");
        assertThat(json.at("/value/2/verdict").asText()).isEqualTo("Failed");
        assertThat(json.at("/value/2/message").asText()).contains("TRANSSHIP_ALLOWED_HOSTS");
    }

    @Test
    void aSecretThatIsMissingOrNoSasIsAStateAndHidesNoOther() {
        vault.put("out", "not a SAS, but a password");

        JsonNode json = get("/overview/secrets", "SasList");

        assertThat(json.get("value")).hasSize(3);
        assertThat(json.at("/value/0/message").asText())
                .contains("does not hold a SAS")
                .doesNotContain("password");
        assertThat(json.at("/value/1/message").asText()).contains("is not there");
    }

    @Test
    void whatBecameOfTheRotationOfASecretIsShownWithItAndItsFailuresInHealth() throws IOException {
        vault.put("relay", "sp=rawl&se=2026-03-31T12:00:00Z&sv=2024-11-04&sr=c&spr=https&sig=c2VjcmV0");
        rotations.create(new RotationRecord(
                SecretUri.parse("https://v.vault.azure.net/secrets/relay"),
                Optional.empty(),
                Optional.of(new RotationRecord.Success(clock.instant(), clock.instant())),
                Optional.of(new RotationRecord.Failure(clock.instant(), "the vault refused ?sig=abc")),
                3));

        JsonNode rotation = get("/overview/secrets", "SasList").at("/value/1/rotation");

        assertThat(rotation.get("failuresInARow").asInt()).isEqualTo(3);
        assertThat(rotation.get("message").asText()).contains("refused").doesNotContain("abc");
        assertThat(get("/overview/health", "HealthDetails")
                        .at("/rotationFailures/0")
                        .asText())
                .contains("secrets/relay", "3 times in a row")
                .doesNotContain("abc");
    }

    @Test
    void healthIsThereInDetailAndOtherPartsAreNot() {
        get("/overview/health", "HealthDetails");
        assertThat(call("/overview/nothing", Map.of()).status()).isEqualTo(404);
        assertThat(call("/OVERVIEW/Runs/", Map.of()).status()).isEqualTo(200);
    }
}

package io.transship.functions.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.transship.core.cloud.CloudEndpoints;
import io.transship.core.pipeline.Pipeline;
import io.transship.core.pipeline.request.RunReports.AfterDeletion;
import io.transship.core.transfer.TransferSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AppSettingsTest {

    @Test
    void hasDefaultsForEverything() {
        AppSettings settings = AppSettings.of(Map.of());

        assertThat(settings.problems()).isEmpty();
        assertThat(settings.pipelines().all()).isEmpty();
        assertThat(settings.transfer()).isEqualTo(TransferSettings.DEFAULT);
        assertThat(settings.stepTime()).isEqualTo(Duration.ofMinutes(8));
        assertThat(settings.serverSideCopy()).isTrue();
        assertThat(settings.registries().find("Contoso").loginServer()).hasToString("https://contoso.azurecr.io");
    }

    @Test
    void copiesByTheServiceUnlessItIsSwitchedOff() {
        assertThat(AppSettings.of(Map.of("TRANSSHIP_SERVER_SIDE_COPY", "False")).serverSideCopy())
                .isFalse();
        AppSettings unclear = AppSettings.of(Map.of("TRANSSHIP_SERVER_SIDE_COPY", "no"));
        assertThat(unclear.problems())
                .containsExactly(
                        "TRANSSHIP_SERVER_SIDE_COPY is 'no': expected true or false; every byte is streamed until it is corrected");
        assertThat(unclear.serverSideCopy()).as("whoever meant to forbid it").isFalse();
    }

    @Test
    void contentsAreFetchedFromTheRegistrysStorageOnlyIfThatIsSwitchedOn() {
        assertThat(AppSettings.of(Map.of()).serverSideExport()).isFalse();
        assertThat(AppSettings.of(Map.of("TRANSSHIP_SERVER_SIDE_EXPORT", " TRUE "))
                        .serverSideExport())
                .isTrue();
        AppSettings unclear = AppSettings.of(Map.of("TRANSSHIP_SERVER_SIDE_EXPORT", "yes"));
        assertThat(unclear.problems())
                .containsExactly(
                        "TRANSSHIP_SERVER_SIDE_EXPORT is 'yes': expected true or false; every byte is streamed until it is corrected");
        assertThat(unclear.serverSideExport()).isFalse();
    }

    @Test
    void capsTheBandwidthOnlyIfItIsToldTo() {
        assertThat(AppSettings.of(Map.of()).bytesPerSecond()).isEmpty();
        assertThat(AppSettings.of(Map.of("TRANSSHIP_BYTES_PER_SECOND", "0")).bytesPerSecond())
                .isEmpty();
        assertThat(AppSettings.of(Map.of("TRANSSHIP_BYTES_PER_SECOND", "12500000"))
                        .bytesPerSecond())
                .hasValue(12_500_000);
        AppSettings unclear = AppSettings.of(Map.of("TRANSSHIP_BYTES_PER_SECOND", "100"));
        assertThat(unclear.problems())
                .singleElement()
                .asString()
                .startsWith("TRANSSHIP_BYTES_PER_SECOND is '100': expected a number from 65536 to ");
        assertThat(unclear.bytesPerSecond()).isEmpty();
    }

    @Test
    void knowsAllProblemsAtOnceAndGoesOnWithDefaults() {
        AppSettings settings = AppSettings.of(Map.of(
                "TRANSSHIP_PIPELINES", "[{\"id\":\"here\"}]",
                "TRANSSHIP_REGISTRIES", "{\"a\":{}}",
                "TRANSSHIP_CLOUD", "AzureMoon",
                "TRANSSHIP_BLOCK_BYTES", "many",
                "TRANSSHIP_STEP_DEADLINE", "8 minutes",
                "TRANSSHIP_REGISTRY_ATTEMPTS", "0"));

        assertThat(settings.problems())
                .anyMatch(problem -> problem.startsWith("TRANSSHIP_PIPELINES [0].id: resource id 'here' is not valid"))
                .anyMatch(problem -> problem.startsWith("TRANSSHIP_REGISTRIES a.loginServer: is missing"))
                .contains(
                        "TRANSSHIP_CLOUD is 'AzureMoon': expected AzurePublic, AzureUSGovernment or AzureChina; the default AzurePublic is used",
                        "TRANSSHIP_STEP_DEADLINE is '8 minutes': expected a duration such as PT8M; the default PT8M is used",
                        "TRANSSHIP_REGISTRY_ATTEMPTS is '0': expected a number from 1 to 20; the default 5 is used")
                .anyMatch(problem -> problem.startsWith("TRANSSHIP_BLOCK_BYTES is 'many': expected a number"));
        assertThat(settings.transfer()).isEqualTo(TransferSettings.DEFAULT);
    }

    @Test
    void readsPipelinesFromAFileThatIsDeployedWithTheApp(@TempDir Path directory) throws IOException {
        String id =
                "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/r/exportPipelines/e";
        String pipelines = """
                [{"id":"%s","properties":{"target":{"uri":"https://a.blob.core.windows.net/out","storageAccessMode":"ManagedIdentity"}}}]""".formatted(id);
        Files.writeString(directory.resolve("pipelines.json"), pipelines);
        String root = directory.toString();

        AppSettings deployed =
                AppSettings.of(Map.of("AzureWebJobsScriptRoot", root, "TRANSSHIP_PIPELINES_FILE", "pipelines.json"));
        assertThat(deployed.problems()).isEmpty();
        assertThat(deployed.pipelines().all())
                .extracting(pipeline -> pipeline.id().toString())
                .containsExactly(id);

        AppSettings forgotten =
                AppSettings.of(Map.of("AzureWebJobsScriptRoot", root, "TRANSSHIP_PIPELINES_FILE", "other.json"));
        assertThat(forgotten.problems())
                .singleElement()
                .asString()
                .startsWith("TRANSSHIP_PIPELINES_FILE names 'other.json', which cannot be read");

        AppSettings both = AppSettings.of(Map.of(
                "AzureWebJobsScriptRoot",
                root,
                "TRANSSHIP_PIPELINES_FILE",
                "other.json",
                "TRANSSHIP_PIPELINES",
                pipelines));
        assertThat(both.problems())
                .containsExactly(
                        "TRANSSHIP_PIPELINES and TRANSSHIP_PIPELINES_FILE are both set; pipelines are declared in one of them, and TRANSSHIP_PIPELINES is used");
        assertThat(both.pipelines().all()).hasSize(1);
    }

    @Test
    void knowsHowLongRunsAreKeptAndWhatTheSweepDoes() {
        UpkeepSettings standard = AppSettings.of(Map.of()).upkeep();
        assertThat(standard.retention()).isEmpty();
        assertThat(standard.sweepWindow()).isEqualTo(Duration.ofDays(7));
        assertThat(standard.stuckAfter()).isEqualTo(Duration.ofMinutes(30));
        assertThat(standard.reportsAfterDeletion()).isEqualTo(AfterDeletion.GO);

        UpkeepSettings own = AppSettings.of(Map.of(
                        "TRANSSHIP_RETENTION", "P90D",
                        "TRANSSHIP_SWEEP_WINDOW", "PT0S",
                        "TRANSSHIP_STUCK_AFTER", "PT1H",
                        "TRANSSHIP_KEEP_REPORTS", "true"))
                .upkeep();
        assertThat(own)
                .isEqualTo(new UpkeepSettings(
                        Duration.ZERO, Duration.ofHours(1), Optional.of(Duration.ofDays(90)), AfterDeletion.STAY));

        assertThat(AppSettings.of(Map.of("TRANSSHIP_KEEP_REPORTS", "perhaps", "TRANSSHIP_STUCK_AFTER", "PT0S"))
                        .problems())
                .containsExactlyInAnyOrder(
                        "TRANSSHIP_KEEP_REPORTS is 'perhaps': expected true or false; the default false is used",
                        "TRANSSHIP_STUCK_AFTER is 'PT0S': expected a duration such as PT8M; the default PT30M is used");
    }

    @ParameterizedTest
    @CsvSource({
        "AzurePublic,https://contoso.azurecr.io,a.blob.core.windows.net,v.vault.azure.net",
        "azureusgovernment,https://contoso.azurecr.us,a.blob.core.usgovcloudapi.net,v.vault.usgovcloudapi.net",
        "AzureChina,https://contoso.azurecr.cn,a.blob.core.chinacloudapi.cn,v.vault.azure.cn"
    })
    void allowsTheHostsOfItsCloudAndNoOthers(String cloud, String registry, String storage, String vault) {
        AppSettings settings = AppSettings.of(
                Map.of("TRANSSHIP_CLOUD", cloud, "TRANSSHIP_ALLOWED_HOSTS", "registry.example.com, Other.example.com"));

        assertThat(settings.registries().find("contoso").loginServer()).hasToString(registry);
        for (String host : new String[] {storage, vault, "registry.example.com", "other.example.com"}) {
            assertThatCode(() -> settings.allowedHosts().require(host, "it")).doesNotThrowAnyException();
        }
        assertThatThrownBy(() -> settings.allowedHosts().require("blob.core.windows.net.example.com", "container 'c'"))
                .hasMessageContaining("container 'c'")
                .hasMessageContaining("TRANSSHIP_ALLOWED_HOSTS");
    }

    @Test
    void namesEachPartOfACloudThatIsWrongAndGoesOnWithThatOfTheCloud() {
        AppSettings settings = AppSettings.of(Map.of(
                "TRANSSHIP_CLOUD", "AzureChinaCloud",
                "TRANSSHIP_CLOUD_REGISTRY_SUFFIX", "io",
                "TRANSSHIP_CLOUD_STORAGE_SUFFIX", "https://core.cloud.example",
                "TRANSSHIP_CLOUD_AUTHORITY_HOST", "http://login.cloud.example",
                "AZURE_AUTHORITY_HOST", "https://login.cloud.example/tenant",
                "TRANSSHIP_CLOUD_STORAGE_AUDIENCE", "storage",
                "TRANSSHIP_CLOUD_VAULT_AUDIENCE", "https://vault.cloud.example/.default"));

        assertThat(settings.cloud()).isEqualTo(CloudEndpoints.AZURE_CHINA);
        assertThat(settings.problems())
                .hasSize(6)
                .contains(
                        "TRANSSHIP_CLOUD_REGISTRY_SUFFIX is 'io': expected the end of a host name with two parts at least, such as azurecr.io; the default azurecr.cn is used",
                        "TRANSSHIP_CLOUD_STORAGE_AUDIENCE is 'storage': expected the audience of tokens, such as https://storage.azure.com, without /.default; the default https://storage.azure.com is used",
                        "TRANSSHIP_CLOUD_AUTHORITY_HOST is 'http://login.cloud.example': expected where Entra gives out tokens, such as https://login.microsoftonline.com, without a tenant; the default https://login.chinacloudapi.cn is used")
                .anyMatch(
                        problem -> problem.startsWith("TRANSSHIP_CLOUD_STORAGE_SUFFIX is 'https://core.cloud.example'"))
                .anyMatch(problem -> problem.startsWith("AZURE_AUTHORITY_HOST is 'https://login.cloud.example/tenant'"))
                .anyMatch(problem -> problem.startsWith("TRANSSHIP_CLOUD_VAULT_AUDIENCE is "));
    }

    @Test
    void theAuthorityOfTheAppGoesBeforeThatOfTheEnvironment() {
        AppSettings settings = AppSettings.of(Map.of(
                "TRANSSHIP_CLOUD_AUTHORITY_HOST", "login.cloud.example",
                "AZURE_AUTHORITY_HOST", "https://login.microsoftonline.us/"));

        assertThat(settings.cloud().authorityHost()).hasToString("https://login.cloud.example");
    }

    @Test
    void aPipelineNamesAnIdentityOfAnotherTenantByItsClientId() throws IOException {
        String client = "22222222-2222-2222-2222-222222222222";
        AppSettings settings = AppSettings.of(
                Map.of("TRANSSHIP_IDENTITIES", """
                {"partner":{"tenantId":"partner.example","clientId":"%s","federatedBy":"33333333-3333-3333-3333-333333333333"}}""".formatted(client), "TRANSSHIP_PIPELINES", """
                [{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/r/importPipelines/i",
                  "identity":{"type":"UserAssigned","userAssignedIdentities":{"partner":{"clientId":"%s"}}},
                  "properties":{"source":{"uri":"https://a.blob.core.windows.net/inbox","storageAccessMode":"ManagedIdentity"}}}]""".formatted(client)));

        assertThat(settings.problems()).isEmpty();
        Pipeline pipeline = settings.pipelines().all().getFirst();
        assertThat(pipeline.identity().flatMap(settings.identities()::find))
                .hasValueSatisfying(identity -> assertThat(identity.tenantId()).isEqualTo("partner.example"));
    }

    @Test
    void namesWhatIsWrongWithAnIdentityOfAnotherTenant() {
        AppSettings settings = AppSettings.of(Map.of("TRANSSHIP_IDENTITIES", "{\"partner\":{\"clientId\":\"x\"}}"));

        assertThat(settings.problems())
                .containsExactly(
                        "TRANSSHIP_IDENTITIES partner.tenantId: is missing",
                        "TRANSSHIP_IDENTITIES partner.clientId: is 'x': expected the client id of an application",
                        "TRANSSHIP_IDENTITIES partner.federatedBy: is missing");
    }

    @Test
    void theExampleOfLocalSettingsIsRight() throws IOException {
        JsonNode values = new ObjectMapper()
                .readTree(Path.of("local.settings.json.example").toFile())
                .get("Values");
        Map<String, String> environment = new HashMap<>();
        values.properties()
                .forEach(value ->
                        environment.put(value.getKey(), value.getValue().asText()));

        AppSettings settings = AppSettings.of(environment);

        assertThat(settings.problems()).isEmpty();
        assertThat(settings.pipelines().find(Pipeline.ExportPipeline.class, "example"))
                .hasSize(1);
    }
}

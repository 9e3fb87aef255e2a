package io.transship.functions.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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

package io.transship.functions.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.transship.core.pipeline.Pipeline;
import io.transship.core.transfer.TransferSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
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
        assertThat(settings.registries().find("Contoso").loginServer()).hasToString("https://contoso.azurecr.io");
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

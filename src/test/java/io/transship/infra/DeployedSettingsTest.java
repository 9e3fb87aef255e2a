package io.transship.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.transship.functions.settings.AppSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The settings that the templates give to the app, and what the app makes of them. */
class DeployedSettingsTest {

    /** A quoted name of a setting in the code. */
    private static final Pattern NAME = Pattern.compile("\"((?:TRANSSHIP_[A-Z_]+)|JAVA_OPTS|AzureWebJobs[A-Za-z]+)\"");

    /** What the platform sets by itself. */
    private static final Set<String> OF_THE_PLATFORM = Set.of("AzureWebJobsScriptRoot");

    /** An example, deployed into a cloud. */
    record Deployment(String side, CloudFacts cloud) {}

    static Stream<Deployment> deployments() {
        return Stream.of("source", "target", "both")
                .flatMap(side -> Stream.of(
                                CloudFacts.PUBLIC, CloudFacts.GOVERNMENT, CloudFacts.CHINA, CloudFacts.CUT_OFF)
                        .map(cloud -> new Deployment(side, cloud)));
    }

    @ParameterizedTest
    @MethodSource("deployments")
    void the_app_finds_nothing_wrong_with_its_settings(Deployment deployment) {
        CloudFacts cloud = deployment.cloud();
        AppSettings settings = AppSettings.of(settings(deployment.side(), Map.of(), cloud));

        assertThat(settings.problems()).isEmpty();
        assertThat(settings.pipelines().all()).hasSize(deployment.side().equals("both") ? 2 : 1);
        assertThat(settings.cloud().storageSuffix()).isEqualTo(cloud.storageSuffix());
        assertThat(settings.cloud().vaultSuffix()).isEqualTo(cloud.vaultSuffix().substring(1));
        assertThat(settings.cloud().registrySuffix())
                .isEqualTo(cloud.registrySuffix().substring(1));
        assertThat(settings.cloud().authorityHost())
                .hasToString(cloud.authority().replaceFirst("/$", ""));
    }

    @Test
    void a_relay_and_a_registry_that_asks_for_no_name_are_understood_as_well() {
        Map<String, JsonNode> instead = Map.of(
                "registry", TextNode.valueOf("registry.example.com"),
                "relayContainerUri", TextNode.valueOf("https://other.blob.core.windows.net/transfer"),
                "relaySasSecretUri", TextNode.valueOf("https://other.vault.azure.net/secrets/transfer-sas"));

        AppSettings settings = AppSettings.of(settings("source", instead, CloudFacts.PUBLIC));

        assertThat(settings.problems()).isEmpty();
        assertThat(settings.pipelines().all().toString()).contains("other.blob.core.windows.net");
    }

    @ParameterizedTest
    @CsvSource({"source", "target", "both"})
    void a_registry_in_azure_is_called_by_the_address_that_it_says_itself(String side) {
        assertThat(settings(side, Map.of(), CloudFacts.PUBLIC).get("TRANSSHIP_REGISTRIES"))
                .contains("-d7f0.azurecr.io");
    }

    @Test
    void the_compiler_is_not_held_back() {
        assertThat(settings("both", Map.of(), CloudFacts.PUBLIC))
                .containsEntry("JAVA_OPTS", "-XX:TieredStopAtLevel=4 -XX:+UseSerialGC -Xmn32m");
    }

    @Test
    void flex_consumption_gets_none_of_the_settings_that_it_refuses() {
        String[] refused = {"FUNCTIONS_WORKER_RUNTIME", "FUNCTIONS_EXTENSION_VERSION", "WEBSITE_RUN_FROM_PACKAGE"};

        assertThat(settings("both", Map.of(), CloudFacts.PUBLIC)).doesNotContainKeys(refused);
        assertThat(settings("both", Map.of("plan", TextNode.valueOf("Dedicated")), CloudFacts.PUBLIC))
                .containsKeys(refused);
    }

    @Test
    void every_setting_that_the_code_reads_is_set_or_said_to_be_left_to_operators() throws IOException {
        String docs = Files.readString(Path.of("docs/deploy.md"));
        String optional = docs.substring(docs.indexOf("## Settings that are left to you"));
        Set<String> missing = namesInCode();
        missing.removeIf(
                name -> namesInTemplates().stream().anyMatch(set -> set.equals(name) || set.startsWith(name + "__")));
        missing.removeIf(name -> optional.contains("`" + name + "`"));

        assertThat(missing).isEmpty();
    }

    @Test
    void every_setting_of_ours_that_is_set_is_read() throws IOException {
        assertThat(namesInCode())
                .containsAll(namesInTemplates().stream()
                        .filter(name -> name.startsWith("TRANSSHIP_"))
                        .toList());
    }

    @Test
    void nothing_is_said_to_be_left_to_operators_that_the_templates_set() throws IOException {
        String docs = Files.readString(Path.of("docs/deploy.md"));
        String optional = docs.substring(docs.indexOf("## Settings that are left to you"));

        assertThat(namesInTemplates()).noneMatch(name -> optional.contains("| `" + name + "` |"));
    }

    private static Set<String> namesInCode() throws IOException {
        Set<String> names = new TreeSet<>();
        for (Path file : Templates.under(Path.of("src/main/java"), ".java")) {
            NAME.matcher(Files.readString(file)).results().forEach(match -> names.add(match.group(1)));
        }
        names.removeAll(OF_THE_PLATFORM);
        // Read by the platform alone, which passes it to the JVM.
        names.add("JAVA_OPTS");
        return names;
    }

    private static Set<String> namesInTemplates() {
        Set<String> names = new TreeSet<>();
        deployments()
                .forEach(deployment -> names.addAll(settings(deployment.side(), Map.of(), deployment.cloud())
                        .keySet()));
        return names;
    }

    private static Map<String, String> settings(String side, Map<String, JsonNode> instead, CloudFacts cloud) {
        BicepFile parameters = Templates.file(Templates.INFRA.resolve(side + ".bicepparam"));
        List<BicepEvaluation.Planned> settings =
                new ArrayList<>(BicepEvaluation.of(parameters, instead, cloud).plan());
        settings.removeIf(planned -> !planned.id().endsWith("/config/appsettings"));
        assertThat(settings).hasSize(1);
        Map<String, String> named = new HashMap<>();
        settings.getFirst()
                .body()
                .path("properties")
                .properties()
                .forEach(entry -> named.put(entry.getKey(), entry.getValue().asText()));
        return named;
    }
}

package io.transship.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What azd, its hooks and the handbook do with the templates fits the templates. */
class DeployStepsTest {

    private static final Path HOOKS = Templates.INFRA.resolve("hooks");
    private static final Pattern PARAMETER = Pattern.compile("^ +(\\w+)=\"?\\$[\\w{]", Pattern.MULTILINE);
    private static final Pattern VARIABLE = Pattern.compile("\\$(?:env:)?\\{?(\\w{2,})");

    /** What azd itself puts into the environment of hooks, what only tests set, and variables of the scripts. */
    private static final Set<String> NO_OUTPUTS = Set.of(
            "AZURE_LOCATION",
            "SUBSCRIBE_ATTEMPTS",
            "SUBSCRIBE_PAUSE",
            "template",
            "attempts",
            "pause",
            "tried",
            "LASTEXITCODE",
            "ErrorActionPreference",
            "PSScriptRoot",
            "null",
            "name");

    @ParameterizedTest
    @ValueSource(strings = {"subscribe.sh", "subscribe.ps1"})
    void the_hook_gives_the_second_phase_all_that_it_needs(String hook) throws IOException {
        String script = Files.readString(HOOKS.resolve(hook));
        Set<String> parameters = all(PARAMETER, script);
        Set<String> variables = all(VARIABLE, script);
        variables.removeAll(NO_OUTPUTS);

        assertThat(parameters)
                .containsExactlyInAnyOrderElementsOf(
                        Templates.file(Templates.EVENTS).parameters().keySet());
        assertThat(Templates.file(Templates.MAIN).outputs().keySet()).containsAll(variables);
        assertThat(LogPhrases.functions())
                .containsAll(all(Pattern.compile("(?:wait_for|Wait-ForFunction) (\\w+)"), script));
    }

    @Test
    void the_hook_waits_for_the_functions_and_deploys_then(@TempDir Path folder) throws Exception {
        Path calls = fakeAz(folder, 2);

        Process hook = hook(folder, Map.of("subscribeToArchives", "true", "subscribeToExpiry", "false"));

        assertThat(hook.exitValue()).as(output(folder)).isZero();
        List<String> lines = Files.readAllLines(calls);
        assertThat(lines).hasSize(4);
        assertThat(lines.subList(0, 3))
                .allMatch(line -> line.startsWith("functionapp function show ")
                        && line.contains("--function-name ImportOnBlobCreated"));
        assertThat(lines.getLast())
                .startsWith("deployment group create ")
                .contains(
                        "functionAppName=value-of-functionAppName ",
                        "containerName=value-of-transferContainerName ",
                        "subscribeToArchives=true ",
                        "subscribeToExpiry=false ");
    }

    @Test
    void the_hook_gives_up_when_a_function_does_not_show_up(@TempDir Path folder) throws Exception {
        fakeAz(folder, 99);

        Process hook = hook(folder, Map.of("subscribeToArchives", "false", "subscribeToExpiry", "true"));

        assertThat(hook.exitValue()).isEqualTo(1);
        assertThat(output(folder))
                .contains("RotateSasOnNearExpiry", "value-of-functionAppName", "azd hooks run postdeploy");
    }

    @Test
    void the_hook_does_nothing_where_no_events_come(@TempDir Path folder) throws Exception {
        Path calls = fakeAz(folder, 0);

        Process hook = hook(folder, Map.of("subscribeToArchives", "false", "subscribeToExpiry", "false"));

        assertThat(hook.exitValue()).isZero();
        assertThat(calls).doesNotExist();
    }

    @Test
    void azd_asks_for_parameters_that_exist() throws IOException {
        Map<String, BicepFile.Declaration> declared =
                Templates.file(Templates.MAIN).parameters();
        JsonNode given = new ObjectMapper()
                .readTree(Templates.INFRA.resolve("main.parameters.json").toFile())
                .path("parameters");
        Set<String> names = new TreeSet<>();
        given.fieldNames().forEachRemaining(names::add);

        assertThat(declared.keySet()).containsAll(names);
        assertThat(names)
                .containsAll(declared.values().stream()
                        .filter(parameter -> !parameter.hasDefault())
                        .map(BicepFile.Declaration::name)
                        .toList());
        given.properties().forEach(entry -> {
            String value = entry.getValue().path("value").asText();
            BicepFile.Declaration parameter = declared.get(entry.getKey());
            if (parameter != null && parameter.hasDefault() && !entry.getKey().equals("location")) {
                assertThat(value)
                        .as("default of %s", entry.getKey())
                        .endsWith("=" + parameter.value().constant().orElseThrow() + "}");
            }
        });
    }

    @Test
    void azd_deploys_what_is_packaged() throws IOException {
        String azure = Files.readString(Path.of("azure.yaml"));
        String app = Pattern.compile("<functionAppName>(.*)</functionAppName>")
                .matcher(Files.readString(Path.of("pom.xml")))
                .results()
                .findFirst()
                .orElseThrow()
                .group(1);

        assertThat(azure).contains("dist: target/azure-functions/" + app + "\n", "  " + app + ":\n", "module: main\n");
        assertThat(all(Pattern.compile("run: (\\S+)"), azure))
                .isNotEmpty()
                .allSatisfy(hook -> assertThat(Path.of(hook)).isRegularFile());
        assertThat(Files.readString(Templates.INFRA.resolve("modules/function-app.bicep")))
                .contains("'azd-service-name': '" + app + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"source", "target", "both"})
    void examples_give_parameters_that_exist_and_all_that_are_needed(String side) {
        BicepFile example = Templates.file(Templates.INFRA.resolve(side + ".bicepparam"));
        Map<String, BicepFile.Declaration> declared =
                Templates.file(example.template()).parameters();

        assertThat(declared.keySet()).containsAll(example.variables().keySet());
        assertThat(example.variables().keySet())
                .containsAll(declared.values().stream()
                        .filter(parameter -> !parameter.hasDefault())
                        .map(BicepFile.Declaration::name)
                        .toList());
    }

    @Test
    void the_handbook_names_every_file_of_parameters_every_parameter_and_the_commands() throws IOException {
        String handbook = Files.readString(Path.of("docs/deploy.md"));

        for (Path file : Templates.under(Templates.INFRA, ".bicepparam", ".parameters.json")) {
            assertThat(handbook).contains(file.getFileName().toString());
        }
        assertThat(Templates.file(Templates.MAIN).parameters().keySet())
                .allSatisfy(parameter -> assertThat(handbook).contains("`" + parameter + "`"));
        assertThat(all(
                        Pattern.compile("(DEPLOY_[A-Z_]+)"),
                        Files.readString(Templates.INFRA.resolve("main.parameters.json"))))
                .containsAll(all(Pattern.compile("(DEPLOY_[A-Z_]+)"), handbook));
        assertThat(handbook)
                .contains(
                        "azd up",
                        "az deployment group create",
                        "az deployment group what-if",
                        "az functionapp deployment source config-zip",
                        "infra/events.bicep",
                        "azd down");
    }

    @Test
    void the_command_in_the_handbook_gives_the_second_phase_all_that_it_needs() throws IOException {
        String handbook = Files.readString(Path.of("docs/deploy.md"));
        int start = handbook.indexOf("--template-file infra/events.bicep");
        String command = handbook.substring(start, handbook.indexOf("```", start));

        assertThat(all(Pattern.compile("(\\w+)=\\$\\("), command))
                .isSubsetOf(Templates.file(Templates.EVENTS).parameters().keySet())
                .containsAll(Templates.file(Templates.EVENTS).parameters().values().stream()
                        .filter(parameter -> !parameter.hasDefault())
                        .map(BicepFile.Declaration::name)
                        .toList());
        assertThat(Templates.file(Templates.MAIN).outputs().keySet())
                .containsAll(all(Pattern.compile("\\$\\(output (\\w+)\\)"), handbook));
    }

    /** An az that notes what it is called with, and knows no function at first. */
    private static Path fakeAz(Path folder, int timesUnknown) throws IOException {
        Path calls = folder.resolve("calls");
        Path az = Files.writeString(folder.resolve("az"), """
                #!/bin/sh
                echo "$* " >>"%1$s"
                case "$1" in
                functionapp) [ "$(grep -c '^functionapp' "%1$s")" -gt %2$d ] ;;
                esac
                """.formatted(calls, timesUnknown));
        Files.setPosixFilePermissions(az, PosixFilePermissions.fromString("rwx------"));
        return calls;
    }

    private static Process hook(Path folder, Map<String, String> switches) throws Exception {
        Map<String, String> environment = new HashMap<>();
        Templates.file(Templates.MAIN).outputs().keySet().forEach(name -> environment.put(name, "value-of-" + name));
        environment.put("AZURE_LOCATION", "westeurope");
        environment.put("SUBSCRIBE_ATTEMPTS", "3");
        environment.put("SUBSCRIBE_PAUSE", "0");
        environment.putAll(switches);
        ProcessBuilder builder = new ProcessBuilder(
                        "sh", HOOKS.resolve("subscribe.sh").toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile());
        builder.environment().putAll(environment);
        builder.environment().put("PATH", folder + ":" + System.getenv("PATH"));
        Process hook = builder.start();
        assertThat(hook.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return hook;
    }

    private static String output(Path folder) throws IOException {
        return Files.readString(folder.resolve("output"));
    }

    private static Set<String> all(Pattern pattern, String text) {
        Set<String> found = new TreeSet<>();
        pattern.matcher(text).results().forEach(match -> found.add(match.group(1)));
        return found;
    }
}

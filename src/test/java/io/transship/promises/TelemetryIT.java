package io.transship.promises;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.transship.local.Ingestion;
import io.transship.local.MorePipelines;
import io.transship.local.TestedApp;
import io.transship.local.artifacts.SmallImage;
import io.transship.local.demo.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator needs to see arrives, from the packaged app with an agent in its process, and nothing secret does. */
class TelemetryIT {

    private static final String IMAGE = "shop/web:1";

    private static Ingestion ingestion;
    private static TestedApp app;

    @BeforeAll
    static void transferAndFail(@TempDir Path directory) throws IOException {
        ingestion = Ingestion.start();
        app = TestedApp.start(
                directory,
                new MorePipelines().exporting("source", "broken-out"),
                options ->
                        options.withSetting(Ingestion.SETTING, ingestion.uri().toString()));
        SmallImage.push(app.source(), IMAGE, "a layer");
        app.assertSucceeded(app.export("exportdemo", "whole.tar", IMAGE));
        app.assertSucceeded(app.awaitImport("importdemo", "whole.tar", Run::isFinished));
        app.setExportSas("broken-out", "broken-out", "r", Duration.ofDays(2));
        assertThat(app.export("broken-out", "broken.tar", IMAGE).state()).isEqualTo("Failed");
        await("the telemetry of the last run")
                .atMost(Duration.ofSeconds(20))
                .until(() -> metric("transship.runs", "transship.status", "Failed"));
        await("the spans of the import")
                .atMost(Duration.ofSeconds(20))
                .until(() -> steps("import").stream().anyMatch(step -> is(step, "transship.step", "seal")));
    }

    @AfterAll
    static void stop() throws IOException {
        app.close();
        ingestion.close();
    }

    @Test
    void oneTraceForTheExportWithItsRelayAndOneForTheImportThatIsLinkedWithIt() {
        List<JsonNode> export = steps("export");
        List<JsonNode> relay = steps("relay");
        List<JsonNode> imported = steps("import");

        String trace = export.getFirst().path("trace").asText();
        assertThat(List.of(export, relay))
                .allSatisfy(leg -> assertThat(leg)
                        .extracting(step -> step.path("trace").asText())
                        .containsOnly(trace));
        // All stand below the request.
        assertThat(parents(export)).hasSize(1).isEqualTo(parents(relay)).doesNotContain("0".repeat(16));
        assertThat(imported)
                .extracting(step -> step.path("trace").asText())
                .doesNotContain(trace)
                .hasSizeGreaterThan(1)
                .containsOnly(imported.getFirst().path("trace").asText());
        assertThat(imported.stream().filter(step -> is(step, "transship.step", "seal")))
                .isNotEmpty()
                .allSatisfy(step -> assertThat(step.path("links").toString()).contains(trace));
        String digest = export.stream()
                .map(step -> attribute(step, "transship.catalog.digest"))
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElseThrow();
        assertThat(imported)
                .anySatisfy(step ->
                        assertThat(attribute(step, "transship.catalog.digest")).isEqualTo(digest));
    }

    @Test
    void metricsArriveWithUnitsAndAllAreInTheDocuments() throws IOException {
        String documents = Files.readString(Path.of("docs/monitoring.md"));
        Set<String> names = new TreeSet<>();
        for (JsonNode point : ingestion.metrics()) {
            String name = point.path("metric").asText();
            if (name.startsWith("transship.")) {
                names.add(name);
                assertThat(documents)
                        .contains("| `%s` | %s |"
                                .formatted(name, point.path("unit").asText()));
                point.path("attributes")
                        .fieldNames()
                        .forEachRemaining(attribute -> assertThat(documents).contains("`" + attribute + "`"));
                assertThat(point.path("attributes").has("transship.run")).isFalse();
            }
        }
        assertThat(names)
                .contains(
                        "transship.artifacts",
                        "transship.bytes",
                        "transship.import.delay",
                        "transship.queue.age",
                        "transship.run.duration",
                        "transship.runs",
                        "transship.sas.days",
                        "transship.step.duration");
        assertThat(metric("transship.runs", "transship.failure.code", "SasInvalid"))
                .isTrue();
    }

    @Test
    void eventsAreLinesOfTheInvocationThatTheyHappenedIn() throws IOException {
        List<String> log = Files.readAllLines(app.cloud().host().log());

        assertThat(log)
                .anyMatch(line -> line.contains("Function.ExecuteStep")
                        && line.contains("RunSucceeded run='")
                        && line.contains("pipeline='exportdemo' leg='relay' archive='whole.tar' digest='sha256:"))
                .anyMatch(line -> line.contains("Function.ExecuteStep")
                        && line.contains("RunFailed run='")
                        && line.contains("pipeline='broken-out' leg='export' archive='broken.tar' code='SasInvalid': "))
                .anyMatch(line -> line.contains("Function.ImportOnBlobCreated")
                        && line.contains("ArchiveArrived run='importdemo_"));
    }

    @Test
    void nothingSecretArrives() {
        assertThat(ingestion.text()).contains("exportdemo", "will not do");
        app.assertKeepsSecrets(ingestion.text());
    }

    private static List<JsonNode> steps(String leg) {
        return ingestion.spans("transship.step").stream()
                .filter(step -> is(step, "transship.leg", leg))
                .filter(step -> !is(step, "transship.pipeline", "broken-out"))
                .toList();
    }

    private static Set<String> parents(List<JsonNode> steps) {
        Set<String> parents = new TreeSet<>();
        steps.forEach(step -> parents.add(step.path("parent").asText()));
        return parents;
    }

    private static boolean metric(String name, String attribute, String value) {
        Predicate<JsonNode> named = point -> point.path("metric").asText().equals(name);
        return ingestion.metrics().stream().anyMatch(named.and(point -> is(point, attribute, value)));
    }

    private static boolean is(JsonNode item, String attribute, String value) {
        return attribute(item, attribute).equals(value);
    }

    private static String attribute(JsonNode item, String name) {
        return item.path("attributes").path(name).asText();
    }
}

package io.transship.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.transship.functions.arm.Json;
import io.transship.functions.arm.OpenApiDocument;
import io.transship.local.MorePipelines;
import io.transship.local.TestedApp;
import io.transship.local.artifacts.SmallImage;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trying a pipeline and previewing its runs, on the packaged app with real registries, storage and vault. */
class PipelineVerbsIT {

    private static final String VERSION = "?api-version=2025-06-01-preview";

    @AutoClose
    private static TestedApp app;

    private static OpenApiDocument description;

    @BeforeAll
    static void startApp(@TempDir Path directory) throws IOException {
        app = TestedApp.start(
                directory, new MorePipelines().exporting("source", "outgoing").importing("target", "incoming"));
        description = OpenApiDocument.packaged();
        SmallImage.push(app.source(), "shop/web:1", "a layer");
        SmallImage.push(app.source(), "shop/web:2", "another layer");
    }

    private static JsonNode post(String registry, String pipeline, String verb, String body) throws IOException {
        HttpResponse<String> answer = app.client()
                .call(
                        "POST",
                        "/api%s/%s/%s%s".formatted(app.cloud().registryPath(registry), pipeline, verb, VERSION),
                        body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).doesNotContain("sig=");
        return Json.parse(answer.body());
    }

    @Test
    void aPipelineThatWorksPassesEveryHop() throws IOException {
        for (String[] pipeline : List.of(
                new String[] {"source", "exportPipelines/outgoing"},
                new String[] {"target", "importPipelines/incoming"})) {
            JsonNode report = post(pipeline[0], pipeline[1], "preflight", "{\"repositories\":[\"shop/web\"]}");

            assertThat(description.differences("Preflight", report)).isEmpty();
            Map<String, String> failed = new TreeMap<>();
            report.get("checks").forEach(check -> {
                if (check.get("verdict").asText().equals("Failed")) {
                    failed.put(check.get("hop").asText(), check.get("message").asText());
                }
            });
            assertThat(failed).isEmpty();
            assertThat(report.get("checks").size()).isGreaterThan(5);
        }
    }

    @Test
    void anExportIsPreviewedWithAllThatIsWrongAndNothingIsWritten() throws IOException {
        JsonNode plan = post(
                "source",
                "exportPipelines/outgoing",
                "plan",
                "{\"artifacts\":[\"shop/web:1\",\"shop/web:2\",\"shop/none:1\"],\"target\":{\"name\":\"preview.tar\"}}");

        assertThat(description.differences("RunPlan", plan)).isEmpty();
        assertThat(plan.get("artifacts")).hasSize(3);
        assertThat(plan.get("problems")).hasSize(1);
        assertThat(plan.at("/problems/0").asText()).startsWith("1 of 3 artifacts cannot be exported");
        assertThat(plan.get("bytesToMove").asLong())
                .isEqualTo(plan.get("archiveBytes").asLong());
        assertThat(app.archives("outgoing")).doesNotContain("preview.tar");
    }

    @Test
    void anImportIsPreviewedWithTheTagsThatWouldChange() throws IOException {
        byte[] archive = app.archiveOf("outgoing", "tags.tar", "shop/web:1", "shop/web:2");
        SmallImage.push(app.target(), "shop/web:2", "in the way");
        // The run that its arrival starts moves nothing either: one of the tags is taken.
        app.arrive("incoming", "tags.tar", archive);

        JsonNode plan = post("target", "importPipelines/incoming", "plan", "{\"source\":{\"name\":\"tags.tar\"}}");

        assertThat(description.differences("RunPlan", plan)).isEmpty();
        JsonNode free = artifact(plan, "shop/web:1");
        assertThat(free.get("effect").asText()).isEqualTo("CreateTag");
        JsonNode taken = artifact(plan, "shop/web:2");
        assertThat(taken.get("effect").asText()).isEqualTo("Fail");
        assertThat(taken.get("code").asText()).isEqualTo("TagExists");
        assertThat(taken.get("previousDigest").asText())
                .startsWith("sha256:")
                .isNotEqualTo(taken.get("digest").asText());
        assertThat(plan.get("bytesToMove").asLong()).isPositive();
        assertThat(plan.get("problems")).hasSize(1);
        assertThat(app.target().tags("shop/web")).containsExactly("2");
    }

    @Test
    void anArchiveIsListedWithItsContentsByEitherPipelineWithoutAnyRegistry() throws IOException {
        app.archiveOf("outgoing", "contents.tar", "shop/web:1", "shop/web:2");

        JsonNode list = post("source", "exportPipelines/outgoing", "listArchives", "");
        JsonNode contents =
                post("source", "exportPipelines/outgoing", "contents", "{\"source\":{\"name\":\"contents.tar\"}}");
        JsonNode none = post("target", "importPipelines/incoming", "contents", "{\"source\":{\"name\":\"none.tar\"}}");

        assertThat(description.differences("ArchiveList", list)).isEmpty();
        assertThat(list.get("value").findValuesAsText("name")).contains("contents.tar");
        assertThat(description.differences("ArchiveContents", contents)).isEmpty();
        assertThat(contents.get("artifacts").findValuesAsText("name"))
                .containsExactlyInAnyOrder("shop/web:1", "shop/web:2");
        assertThat(contents.at("/artifacts/0/contents").asInt()).isEqualTo(3);
        assertThat(contents.at("/artifacts/0/bytes").asLong())
                .isLessThan(contents.get("archiveBytes").asLong());
        assertThat(description.differences("ArchiveContents", none)).isEmpty();
        assertThat(none.at("/problems/0").asText()).contains("'none.tar' does not exist");
    }

    private static JsonNode artifact(JsonNode plan, String name) {
        for (JsonNode artifact : plan.get("artifacts")) {
            if (artifact.get("name").asText().equals(name)) {
                return artifact;
            }
        }
        throw new AssertionError("no artifact '%s' in %s".formatted(name, plan));
    }
}

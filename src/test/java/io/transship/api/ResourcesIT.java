package io.transship.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.transship.functions.arm.Json;
import io.transship.functions.arm.OpenApiDocument;
import io.transship.local.MorePipelines;
import io.transship.local.TestedApp;
import io.transship.local.artifacts.SmallImage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pipelines, runs and operations by their addresses, over the stores that the packaged app really has. */
class ResourcesIT {

    private static final String VERSION = "?api-version=2025-06-01-preview";
    private static final String IMAGE = "shop/web:1";

    private static TestedApp app;
    private static ServerSocket silence;
    private static OpenApiDocument description;

    @BeforeAll
    static void startApp(@TempDir Path directory) throws IOException {
        // Takes connections and never says a word: what asks it goes on until this is closed.
        silence = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        app = TestedApp.start(
                directory,
                new MorePipelines()
                        .registry(
                                "silent",
                                URI.create("http://127.0.0.1:" + silence.getLocalPort()),
                                "source-registry-password")
                        .exporting("source", "declared", "OverwriteBlobs")
                        .exporting("silent", "silent-out"));
        SmallImage.push(app.source(), IMAGE, "a layer");
        description = OpenApiDocument.packaged();
    }

    @AfterAll
    static void stopApp() throws IOException {
        silence.close();
        app.close();
    }

    private static String registry(String name) {
        return "/api" + app.cloud().registryPath(name) + "/";
    }

    private static HttpResponse<String> call(String method, String address, String body, String... headers)
            throws IOException {
        return app.client().call(method, address.contains("?") ? address : address + VERSION, body, headers);
    }

    private static HttpResponse<String> get(String address) throws IOException {
        return call("GET", address, "");
    }

    private static JsonNode json(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return Json.parse(answer.body());
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    /** The pipeline {@code declared}, as if it were to be put under another name. */
    private static String pipeline() throws IOException {
        return get(registry("source") + "exportPipelines/declared").body();
    }

    private static String run(String registry, String pipeline, String tag, String artifact) {
        return """
                {"properties":{"forceUpdateTag":"%s","request":{
                  "pipelineResourceId":"%s/exportPipelines/%s",
                  "artifacts":["%s"],"target":{"name":"%s.tar"}}}}""".formatted(
                        tag, app.cloud().registryPath(registry), pipeline, artifact, artifact.replaceAll("\\W", "-"));
    }

    /** Asks an operation until it is over. */
    private static JsonNode followed(HttpResponse<String> accepted) {
        String operation = header(accepted, "Azure-AsyncOperation");
        assertThat(operation).isNotEmpty();
        JsonNode end = await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(100))
                .until(
                        () -> json(get(operation), 200),
                        status -> !status.get("status").asText().equals("InProgress"));
        assertDescribed("OperationStatus", end);
        return end;
    }

    private static void assertDescribed(String schema, JsonNode value) {
        assertThat(description.differences(schema, value)).as(schema).isEmpty();
    }

    @Test
    void aPipelineIsCreatedReadChangedAndDeleted() throws IOException {
        String address = registry("source") + "exportPipelines/mine";

        HttpResponse<String> created = call("PUT", address, pipeline(), "If-None-Match", "*");
        assertDescribed("ExportPipeline", json(created, 201));
        assertThat(followed(created).get("status").asText()).isEqualTo("Succeeded");
        assertThat(header(created, "ETag")).isNotEmpty();
        assertThat(json(get(address), 200)).isEqualTo(Json.parse(created.body()));
        app.assertRefused(call("PUT", address, pipeline(), "If-None-Match", "*"), 412, "PreconditionFailed");

        HttpResponse<String> same = call("PUT", address, pipeline());
        HttpResponse<String> changed = call(
                "PUT",
                address,
                pipeline().replace("OverwriteBlobs", "ContinueOnErrors"),
                "If-Match",
                header(created, "ETag"));
        assertThat(header(same, "ETag")).isEqualTo(header(created, "ETag"));
        assertThat(json(changed, 200).at("/properties/options/0").asText()).isEqualTo("ContinueOnErrors");
        app.assertRefused(call("DELETE", address, "", "If-Match", header(created, "ETag")), 412, "PreconditionFailed");

        assertThat(call("DELETE", address, "", "If-Match", header(changed, "ETag"))
                        .statusCode())
                .isEqualTo(200);
        assertThat(call("DELETE", address, "").statusCode()).isEqualTo(204);
        app.assertRefused(get(address), 404, "ResourceNotFound");
    }

    @Test
    void pipelinesAreListedPageByPageWithThoseThatAreDeclared() throws IOException {
        for (String name : List.of("silent-b", "silent-a")) {
            json(call("PUT", registry("silent") + "exportPipelines/" + name, pipeline()), 201);
        }

        List<String> names = new ArrayList<>();
        String next = registry("silent") + "exportPipelines" + VERSION + "&%24top=2";
        while (!next.isEmpty()) {
            JsonNode page = json(get(next), 200);
            assertDescribed("ExportPipelineList", page);
            page.get("value").forEach(item -> names.add(item.get("name").asText()));
            next = page.path("nextLink").asText();
        }

        assertThat(names).containsExactly("silent-a", "silent-b", "silent-out");
    }

    @Test
    void whatIsDeclaredWithTheAppIsReadOnly() throws IOException {
        String address = registry("source") + "exportPipelines/declared";

        app.assertRefused(call("PUT", address, pipeline()), 409, "ReadOnlyResource");
        app.assertRefused(call("DELETE", address, ""), 409, "ReadOnlyResource");
    }

    @Test
    void aRunIsFollowedToItsEndAndIsTheSameWhenItIsAskedForAgain() throws IOException {
        String address = registry("source") + "pipelineRuns/nightly_1";
        String wanted = run("source", "declared", "1", IMAGE);

        HttpResponse<String> created = call("PUT", address, wanted);
        assertDescribed("PipelineRun", json(created, 201));
        assertThat(header(created, "Retry-After")).isEqualTo("2");
        JsonNode end = followed(created);
        assertThat(end.get("status").asText()).as(end.toString()).isEqualTo("Succeeded");
        assertThat(end.get("percentComplete").asInt()).isEqualTo(100);
        assertThat(app.archives("declared")).contains("shop-web-1.tar");

        HttpResponse<String> read = get(address);
        JsonNode over = json(read, 200);
        assertDescribed("PipelineRun", over);
        assertThat(over.at("/properties/provisioningState").asText()).isEqualTo("Succeeded");
        assertThat(over.at("/properties/response/progress/percentage").asText()).isEqualTo("100");
        assertThat(json(call("PUT", address, wanted), 200)).isEqualTo(over);

        HttpResponse<String> again = call("PUT", address, run("source", "declared", "2", IMAGE));
        assertThat(json(again, 200).at("/properties/provisioningState").asText())
                .isEqualTo("Creating");
        assertThat(header(again, "Azure-AsyncOperation")).isNotEqualTo(header(created, "Azure-AsyncOperation"));
        app.assertRefused(get(header(created, "Azure-AsyncOperation")), 404, "ResourceNotFound");
        assertThat(followed(again).get("status").asText()).isEqualTo("Succeeded");

        JsonNode list = json(get(registry("source") + "pipelineRuns"), 200);
        assertDescribed("PipelineRunList", list);
        assertThat(list.get("value").findValuesAsText("id")).isNotEmpty();
        assertThat(call("DELETE", address, "").statusCode()).isEqualTo(200);
        assertThat(call("DELETE", address, "").statusCode()).isEqualTo(204);
    }

    @Test
    void aRunThatGoesOnIsNeitherChangedNorDeletedButCanceled() throws IOException {
        String address = registry("silent") + "pipelineRuns/endless";
        HttpResponse<String> created = call("PUT", address, run("silent", "silent-out", "1", IMAGE));
        json(created, 201);

        app.assertRefused(call("PUT", address, run("silent", "silent-out", "2", IMAGE)), 409, "Conflict");
        app.assertRefused(call("DELETE", address, ""), 409, "Conflict");
        app.assertRefused(call("POST", address + "/retry", ""), 409, "Conflict");

        JsonNode canceled = json(call("POST", address + "/cancel", ""), 200);
        assertThat(canceled.at("/properties/provisioningState").asText()).isEqualTo("Canceled");
        JsonNode end = followed(created);
        assertThat(end.get("status").asText()).isEqualTo("Canceled");
        assertThat(end.at("/error/message").asText()).contains("canceled by request");
        assertThat(call("DELETE", address, "").statusCode()).isEqualTo(200);
    }

    @Test
    void aRunThatFailedIsRetriedAndFailedRunsAreDeletedTogether() throws IOException {
        String runs = registry("source") + "pipelineRuns";
        HttpResponse<String> late = call("PUT", runs + "/late", run("source", "declared", "1", "shop/late:1"));
        HttpResponse<String> never = call("PUT", runs + "/never", run("source", "declared", "1", "shop/never:1"));
        JsonNode failed = followed(late);
        assertThat(failed.get("status").asText()).isEqualTo("Failed");
        assertThat(failed.at("/error/message").asText()).contains("shop/late");
        assertThat(followed(never).get("status").asText()).isEqualTo("Failed");

        SmallImage.push(app.source(), "shop/late:1", "a late layer");
        HttpResponse<String> retried = call("POST", runs + "/late/retry", "");
        assertThat(retried.statusCode()).as(retried.body()).isEqualTo(202);
        assertThat(followed(retried).get("status").asText()).isEqualTo("Succeeded");

        JsonNode found = json(call("POST", runs + "/deleteFailed" + VERSION + "&dryRun=true", ""), 200);
        JsonNode deleted = json(call("POST", runs + "/deleteFailed", ""), 200);
        assertDescribed("DeletedRuns", deleted);
        assertThat(found.at("/value/0/name").asText()).isEqualTo("never");
        assertThat(deleted.get("value")).isEqualTo(found.get("value")).hasSize(1);
        app.assertRefused(get(runs + "/never"), 404, "ResourceNotFound");
        json(get(runs + "/late"), 200);
    }

    @Test
    void theDescriptionNeedsNoKeyAndEverythingElseDoes() throws Exception {
        URI host = app.cloud().host().uri();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> open = client.send(
                    HttpRequest.newBuilder(host.resolve("/api/openapi.json")).build(), BodyHandlers.ofString());
            HttpResponse<String> closed = client.send(
                    HttpRequest.newBuilder(host.resolve(registry("source") + "pipelineRuns" + VERSION))
                            .build(),
                    BodyHandlers.ofString());

            assertThat(json(open, 200).at("/info/title").asText()).isEqualTo("Transship");
            assertThat(closed.statusCode()).isEqualTo(401);
        }
    }

    @Test
    void theDescriptionHasEachThingThatPipelinesAndRunsCanDo() throws IOException {
        for (String collection : List.of("exportPipelines", "importPipelines", "pipelineRuns")) {
            for (String verb : List.of("cancel", "retry", "preflight", "plan")) {
                HttpResponse<String> answer = call("POST", registry("source") + collection + "/nobody/" + verb, "");

                assertThat(answer.statusCode()).isEqualTo(404);
                assertThat(answer.body().contains("'nobody' does not exist"))
                        .as("%s/%s is described as it is", collection, verb)
                        .isEqualTo(description.operations().stream()
                                .anyMatch(operation -> operation.startsWith("POST ")
                                        && operation.endsWith(collection + "/{name}/" + verb)));
            }
        }
    }
}

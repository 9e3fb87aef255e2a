package io.transship.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The calls to the app that a script of its user would make. Safe for use by several threads. */
public final class TransshipClient implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI app;
    private final String functionKey;
    private final Consumer<HttpResponse<String>> listener;

    /** For the app's address without a path. */
    public TransshipClient(URI app, String functionKey) {
        this(app, functionKey, answer -> {});
    }

    /** The same, with someone who sees every answer. */
    public TransshipClient(URI app, String functionKey, Consumer<HttpResponse<String>> listener) {
        this.app = app;
        this.functionKey = functionKey;
        this.listener = listener;
    }

    /** Starts an export and returns the address of its run. */
    public URI export(String pipeline, List<String> artifacts, String blobName) throws IOException {
        ObjectNode body = JSON.createObjectNode().put("pipeline", pipeline).put("blobName", blobName);
        artifacts.forEach(body.putArray("artifacts")::add);
        HttpResponse<String> answer = expect(202, exportRequest(body.toString()));
        String location = answer.headers()
                .firstValue("Location")
                .orElseThrow(() -> new IOException("the app accepted the export without a Location"));
        return app.resolve(location);
    }

    /** Asks for an export with a body of any kind, and returns the answer of any kind. */
    public HttpResponse<String> tryExport(String body) throws IOException {
        return send(exportRequest(body).build());
    }

    /**
     * Calls the app in any way, and returns the answer of any kind.
     *
     * @param address of the app, or only its path
     * @param body empty for none
     * @param headers names and values in turn
     */
    public HttpResponse<String> call(String method, String address, String body, String... headers) throws IOException {
        HttpRequest.Builder builder = request(app.resolve(address)).method(method, BodyPublishers.ofString(body));
        return send(
                headers.length == 0 ? builder.build() : builder.headers(headers).build());
    }

    /** The run at an address that the app gave. */
    public Run run(URI address) throws IOException {
        return Run.parse(JSON.readTree(expect(200, request(address)).body()));
    }

    /** The runs of a registry, by its path {@code /subscriptions/…/registries/{name}}. */
    public List<Run> runs(String registryPath) throws IOException {
        JsonNode list = JSON.readTree(
                expect(200, request(runsAddress(registryPath, ""))).body());
        List<Run> runs = new ArrayList<>();
        for (JsonNode run : list.path("value")) {
            runs.add(Run.parse(run));
        }
        return runs;
    }

    /** Where a run of a registry is. */
    public URI runAddress(String registryPath, String name) {
        return runsAddress(registryPath, "/" + name);
    }

    @Override
    public void close() {
        client.close();
    }

    private URI runsAddress(String registryPath, String item) {
        return app.resolve("/api%s/pipelineRuns%s?api-version=2025-06-01-preview".formatted(registryPath, item));
    }

    private HttpRequest.Builder request(URI address) {
        return HttpRequest.newBuilder(address).timeout(ANSWER_LIMIT).header("x-functions-key", functionKey);
    }

    private HttpRequest.Builder exportRequest(String body) {
        return request(app.resolve("/api/export"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body, StandardCharsets.UTF_8));
    }

    private HttpResponse<String> expect(int status, HttpRequest.Builder builder) throws IOException {
        HttpRequest request = builder.build();
        HttpResponse<String> answer = send(request);
        if (answer.statusCode() != status) {
            throw new IOException("%s '%s' answered %d instead of %d: %s"
                    .formatted(
                            request.method(),
                            request.uri().getPath(),
                            answer.statusCode(),
                            status,
                            answer.body().strip()));
        }
        return answer;
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException {
        try {
            HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
            listener.accept(answer);
            return answer;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the app answered", e);
        }
    }
}

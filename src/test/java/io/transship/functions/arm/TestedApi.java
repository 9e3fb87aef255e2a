package io.transship.functions.arm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.transship.core.cloud.CloudEndpoints;
import io.transship.core.pipeline.AllowedHosts;
import io.transship.core.pipeline.RegistryDirectory;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.definition.DeclaredPipelines;
import io.transship.core.pipeline.definition.PipelineCatalog;
import io.transship.core.pipeline.definition.PipelineHosts;
import io.transship.core.pipeline.request.InMemoryRunReports;
import io.transship.core.pipeline.request.RunCanceler;
import io.transship.core.pipeline.request.RunRemover;
import io.transship.core.pipeline.request.RunReports;
import io.transship.core.pipeline.request.RunRetrier;
import io.transship.core.pipeline.request.RunStarter;
import io.transship.core.pipeline.run.InMemoryPipelineRuns;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.RunChanges;
import io.transship.core.pipeline.run.RunProgress;
import io.transship.core.pipeline.run.Step;
import io.transship.core.transfer.SetClock;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** The API over stores in memory, called as the Functions host would call it. */
final class TestedApi {

    static final String APP = "https://app.example.net/api";
    static final String GROUP = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/";
    static final String REGISTRY = GROUP + "source/";
    static final String VERSION = "?api-version=2025-06-01-preview";
    static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    /** Of the pipeline {@code fixed}, which is declared with the app. */
    static final String DECLARED = """
            [{"id":"%sexportPipelines/fixed","properties":{
                "target":{"uri":"https://a.blob.core.windows.net/out","storageAccessMode":"ManagedIdentity"}}}]""".formatted(REGISTRY);

    static final String EXPORT = """
            {"location":"westeurope","properties":{"target":{"type":"AzureStorageBlobContainer",
              "uri":"https://a.blob.core.windows.net/out","keyVaultUri":"https://v.vault.azure.net/secrets/s"},
              "options":["OverwriteBlobs"]}}""";

    static final String IMPORT = """
            {"properties":{"source":{"uri":"https://b.blob.core.windows.net/in0","storageAccessMode":"ManagedIdentity"}}}""";

    private final SetClock clock = new SetClock(NOON);
    private final InMemoryPipelineRuns runs = new InMemoryPipelineRuns();
    private final List<Step> queue = new ArrayList<>();
    private final PipelineResources pipelineResources;
    private final RunResources runResources;
    private final OperationResources operationResources;
    private final PipelineCatalog catalog;

    TestedApi() {
        this(Map.of());
    }

    TestedApi(Map<String, PipelineResources.Verb> verbs) {
        catalog = new PipelineCatalog(
                DeclaredPipelines.parse(DECLARED, new ArrayList<>()),
                new StoredPipelines(),
                new PipelineHosts(
                        RegistryDirectory.parse("", CloudEndpoints.AZURE_PUBLIC, new ArrayList<>()),
                        new AllowedHosts(
                                Set.of(".azurecr.io", ".blob.core.windows.net", ".vault.azure.net"), Set.of())),
                clock);
        pipelineResources = new PipelineResources(catalog, verbs);
        runResources = new RunResources(
                runs,
                catalog,
                new RunResources.Verbs(
                        new RunStarter(runs, queue::add, clock),
                        new RunCanceler(runs, new RunChanges(runs, clock), clock),
                        new RunRetrier(runs, queue::add, clock),
                        new RunRemover(runs, new InMemoryRunReports(), RunReports.AfterDeletion.GO)),
                clock);
        operationResources = new OperationResources(catalog, runs);
    }

    /** An answer with its body as JSON. */
    record Reply(int status, Map<String, String> headers, JsonNode json) {

        String at(String pointer) {
            return json.at(pointer).asText();
        }

        String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    void later(Duration time) {
        clock.advance(time);
    }

    List<Step> queue() {
        return queue;
    }

    /** Puts both pipelines: {@code exportPipelines/out} and {@code importPipelines/in}. */
    TestedApi withPipelines() {
        assertThat(put(REGISTRY + "exportPipelines/out", EXPORT).status()).isEqualTo(201);
        assertThat(put(REGISTRY + "importPipelines/in", IMPORT).status()).isEqualTo(201);
        return this;
    }

    Reply get(String path) {
        return call("GET", path, "", Map.of());
    }

    Reply put(String path, String body) {
        return call("PUT", path, body, Map.of());
    }

    Reply delete(String path) {
        return call("DELETE", path, "", Map.of());
    }

    Reply post(String path) {
        return call("POST", path, "", Map.of());
    }

    /** Calls with headers; a path without a query gets an api-version, one with an address is taken as it is. */
    Reply call(String method, String path, String body, Map<String, String> headers) {
        String address = path.contains("://") ? path : APP + path;
        Map<String, String> sent = new HashMap<>(headers);
        sent.put("x-functions-key", "key");
        ArmRequest request = new ArmRequest(
                method,
                URI.create(address.contains("?") ? address : address + VERSION),
                sent,
                body,
                Optional.ofNullable(headers.get("caller")));
        ArmAnswer answer = ArmError.answering(() -> answer(request));
        return new Reply(
                answer.status(), answer.headers(), answer.body().isEmpty() ? Json.object() : Json.parse(answer.body()));
    }

    private ArmAnswer answer(ArmRequest request) throws IOException {
        String path = request.uri().getPath().toLowerCase(Locale.ROOT);
        if (path.contains("/operationstatuses/")) {
            return operationResources.answer(request);
        }
        return path.contains("/pipelineruns") ? runResources.answer(request) : pipelineResources.answer(request);
    }

    /** The body of a run. */
    static String exportRun(String tag, String... artifacts) {
        return """
                {"properties":{"forceUpdateTag":"%s","request":{"pipelineResourceId":"%sexportPipelines/out",
                  "artifacts":["%s"],"target":{"type":"AzureStorageBlob","name":"x.tar"}}}}""".formatted(tag, REGISTRY, String.join("\",\"", artifacts));
    }

    /** Changes a run as a worker would. */
    void change(String run, UnaryOperator<PipelineRun> change) {
        try {
            new RunChanges(runs, clock).apply(run(run).execution(), change);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Lets a run fail. */
    void fail(String run) {
        change(run, present -> present.failed(now(), "the registry is away", RunProgress.NONE));
    }

    PipelineRun run(String name) {
        try {
            return runs.find(ResourceId.parse(REGISTRY + "pipelineRuns/" + name))
                    .orElseThrow()
                    .run();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    PipelineCatalog pipelines() {
        return catalog;
    }

    Instant now() {
        return clock.instant();
    }
}

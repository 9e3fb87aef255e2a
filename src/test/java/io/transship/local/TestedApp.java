package io.transship.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.azure.core.util.BinaryData;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.BlobItem;
import io.transship.local.MorePipelines.Declared;
import io.transship.local.MorePipelines.Direction;
import io.transship.local.artifacts.DistributionClient;
import io.transship.local.demo.Run;
import io.transship.local.demo.TransshipClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * The packaged app in a local cloud, with the pipelines of a test beside the demo's, and what an operator does with it:
 * start a run, follow it to its end, read what it says. Failures that may pass are tried
 * again after a second, twice. For one
 * thread.
 */
public final class TestedApp implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** Of every SAS that is all right. */
    public static final Duration SAS_LIFE = Duration.ofDays(30);

    private static final Duration POLL = Duration.ofMillis(100);

    private final MorePipelines pipelines;
    private final LocalCloud cloud;
    private final TransshipClient client;
    private final DistributionClient source;
    private final DistributionClient target;
    private final Map<String, EventSource> events = new HashMap<>();

    private TestedApp(LocalCloud cloud, MorePipelines pipelines) {
        this.pipelines = pipelines;
        this.cloud = cloud;
        this.client = new TransshipClient(cloud.app(), cloud.functionKey());
        this.source = cloud.registryClient("source");
        this.target = cloud.registryClient("target");
    }

    /** Starts everything, with a container and a SAS for each pipeline, and delivers the events of their containers. */
    public static TestedApp start(Path directory, MorePipelines pipelines) throws IOException {
        return start(directory, pipelines, UnaryOperator.identity());
    }

    /** The same in a local cloud that is changed first. */
    public static TestedApp start(Path directory, MorePipelines pipelines, UnaryOperator<LocalCloud.Options> change)
            throws IOException {
        Path staging = Path.of(System.getProperty("transship.staging", "target/azure-functions/transship"));
        LocalCloud.Options options = LocalCloud.Options.of(directory, staging)
                .withSetting("TRANSSHIP_REGISTRY_ATTEMPTS", "2")
                .withSetting("AzureFunctionsJobHost__extensions__queues__visibilityTimeout", "00:00:01")
                .withSetting("AzureFunctionsJobHost__extensions__queues__maxDequeueCount", "3");
        TestedApp app =
                new TestedApp(LocalCloud.start(change.apply(options).withSettings(pipelines::addTo)), pipelines);
        try {
            for (Declared pipeline : pipelines.declared()) {
                app.prepare(pipeline);
            }
            return app;
        } catch (IOException | RuntimeException e) {
            app.close();
            throw e;
        }
    }

    private void prepare(Declared pipeline) throws IOException {
        String account = pipeline.direction().account();
        BlobContainerClient container = cloud.storage().container(account, pipeline.name());
        container.create();
        setSas(pipeline.direction(), pipeline.name(), pipeline.name(), "dalrw", SAS_LIFE);
        if (pipeline.direction() == Direction.IMPORT) {
            events.put(pipeline.name(), cloud.watch(container, pipeline.events()));
        }
    }

    /** What runs around the app. */
    public LocalCloud cloud() {
        return cloud;
    }

    /** Calls to the app. */
    public TransshipClient client() {
        return client;
    }

    /** The registry that exports read. */
    public DistributionClient source() {
        return source;
    }

    /** The registry that imports write. */
    public DistributionClient target() {
        return target;
    }

    /** The container of an export pipeline. */
    public BlobContainerClient exports(String pipeline) {
        return cloud.storage().container(Direction.EXPORT.account(), pipeline);
    }

    /** The container of an import pipeline. */
    public BlobContainerClient imports(String pipeline) {
        return cloud.storage().container(Direction.IMPORT.account(), pipeline);
    }

    /** Replaces the SAS of an export pipeline by another one, for any container and with any rights. */
    public void setExportSas(String pipeline, String container, String permissions, Duration life) {
        setSas(Direction.EXPORT, pipeline, container, permissions, life);
    }

    /** Replaces the SAS of an import pipeline. */
    public void setImportSas(String pipeline, String container, String permissions, Duration life) {
        setSas(Direction.IMPORT, pipeline, container, permissions, life);
    }

    private void setSas(Direction direction, String pipeline, String container, String permissions, Duration life) {
        String sas = cloud.storage().sas(direction.account(), container, permissions, life);
        cloud.vault().set(Declared.secretOf(pipeline), sas);
    }

    /** Replaces the SAS of a pipeline by any text. */
    public void setSecret(String pipeline, String value) {
        cloud.vault().set(Declared.secretOf(pipeline), value);
    }

    /** Names of the archives that an export pipeline made visible. */
    public List<String> archives(String pipeline) {
        return exports(pipeline).listBlobs().stream().map(BlobItem::getName).toList();
    }

    /** Exports artifacts and waits until the run is finished, well or not. */
    public Run export(String pipeline, String blob, String... artifacts) throws IOException {
        return finished(client.export(pipeline, List.of(artifacts), blob));
    }

    /** Exports artifacts with success, and returns the archive. */
    public byte[] archiveOf(String pipeline, String blob, String... artifacts) throws IOException {
        assertSucceeded(export(pipeline, blob, artifacts));
        return exports(pipeline).getBlobClient(blob).downloadContent().toBytes();
    }

    /** Lets an archive arrive and waits until the run that it starts is finished, well or not. */
    public Run importOf(String pipeline, String blob, byte[] archive) {
        arrive(pipeline, blob, archive);
        return awaitImport(pipeline, blob, Run::isFinished);
    }

    /** Puts an archive into the container of an import pipeline, which is an event. */
    public void arrive(String pipeline, String blob, byte[] archive) {
        imports(pipeline).getBlobClient(blob).upload(BinaryData.fromBytes(archive), true);
    }

    /** Sends the event of an archive that is not there, as if it had been removed at once. */
    public void arriveAndVanish(String pipeline, String blob) throws IOException {
        assertThat(Objects.requireNonNull(events.get(pipeline)).announce(blob)).isBetween(200, 299);
    }

    /** Waits until the run that an archive started is as expected. */
    public Run awaitImport(String pipeline, String blob, Predicate<Run> expected) {
        String registry = cloud.registryPath(pipelines.registryOf(pipeline));
        return await("the run of archive '%s' is as expected".formatted(blob))
                .atMost(LIMIT)
                .pollInterval(POLL)
                .until(
                        () -> client.runs(registry).stream()
                                .filter(run -> run.blobName().equals(blob))
                                .findFirst(),
                        found -> found.filter(expected).isPresent())
                .orElseThrow();
    }

    /** Waits until a run is finished, well or not. */
    public Run finished(URI run) {
        return awaitRun(run, Run::isFinished);
    }

    /** Waits until a run is as expected. */
    public Run awaitRun(URI run, Predicate<Run> expected) {
        return await("the run '%s' is as expected".formatted(run.getPath()))
                .atMost(LIMIT)
                .pollInterval(POLL)
                .until(() -> client.run(run), expected);
    }

    /** The run failed, and its message says all of this and no secret. */
    public void assertFailed(Run run, String... said) {
        assertThat(run.state()).as(run.message()).isEqualTo("Failed");
        assertThat(run.message()).contains(said);
        assertKeepsSecrets(run.message());
    }

    /** The run ended well and has nothing to say. */
    public void assertSucceeded(Run run) {
        assertThat(run.state()).as(run.message()).isEqualTo("Succeeded");
        assertThat(run.message()).isEmpty();
    }

    /** An answer with this status and code in the shape of Azure Resource Manager, whose text says no secret. */
    public void assertRefused(HttpResponse<String> answer, int status, String code) throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(JsonExchange.JSON.readTree(answer.body()).at("/error/code").asText())
                .isEqualTo(code);
        assertKeepsSecrets(answer.body());
    }

    /** A text that the app made, anywhere, holds no secret. */
    public void assertKeepsSecrets(String text) {
        assertThat(text).doesNotContainPattern("sig=(?!REDACTED)");
        // The text is long and the secrets are secret: a failure shows where, and not all of both.
        for (String secret : cloud.secrets()) {
            int at = text.indexOf(secret);
            if (at >= 0) {
                throw new AssertionError("a secret of %d characters stands behind: %s"
                        .formatted(secret.length(), text.substring(Math.max(0, at - 200), at)));
            }
        }
    }

    /** Stops everything, and fails if a password or a signature was printed meanwhile. */
    @Override
    public void close() throws IOException {
        try {
            for (HostProcess host : cloud.hosts()) {
                assertKeepsSecrets(Files.readString(host.log()));
            }
        } finally {
            client.close();
            source.close();
            target.close();
            cloud.close();
        }
    }
}

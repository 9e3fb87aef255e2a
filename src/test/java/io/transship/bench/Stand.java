package io.transship.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.transship.bench.data.DataSet;
import io.transship.bench.peer.Endpoints;
import io.transship.bench.peer.Transship;
import io.transship.local.DelayingLine;
import io.transship.local.HostProcess;
import io.transship.local.LocalCloud;
import io.transship.local.RegistryServer;
import io.transship.local.artifacts.DistributionClient;
import io.transship.local.artifacts.RegistryComparison;
import io.transship.local.demo.TransshipClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * All that the comparison needs around those who are compared: registries that let everybody in, a container, lines that
 * delay, and the app in its local cloud, whose own tables and queues are on an Azurite apart. For one thread.
 */
final class Stand implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path STAGING = Path.of("target", "azure-functions", "transship");
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final String PIPELINES = "TRANSSHIP_PIPELINES";

    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private final Path directory;
    private final RegistryServer source;
    private final RegistryServer target;
    private final BlobStandIn blob;
    private final Endpoints endpoints;
    private final LocalCloud cloud;
    private final TransshipClient client;

    private Stand(Path directory, SpeedOptions options) throws IOException {
        this.directory = directory;
        try {
            source = opened(registry("source"));
            target = opened(registry("target"));
            blob = opened(startBlob(options));
            endpoints = new Endpoints(
                    line(source.uri(), options.latency()),
                    line(target.uri(), options.latency()),
                    line(blob.container(), options.latency()),
                    blob.sas());
            Path home = Files.createDirectories(directory.resolve("cloud"));
            cloud = opened(LocalCloud.start(LocalCloud.Options.of(home, STAGING.toAbsolutePath())
                    .withEventCopies(0)
                    .withSettings(this::settings)));
            List.of("export-sas", "import-sas").forEach(secret -> cloud.vault().set(secret, endpoints.sas()));
            client = opened(new TransshipClient(cloud.app(), cloud.functionKey()));
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Starts everything with data below an existing directory. */
    static Stand start(Path directory, SpeedOptions options) throws IOException {
        return new Stand(directory, options);
    }

    Endpoints endpoints() {
        return endpoints;
    }

    /** The app's process. */
    HostProcess host() {
        return cloud.host();
    }

    Transship transship() {
        return new Transship(
                client,
                host().pid(),
                new Transship.Resources(
                        cloud.registryPath("source"), "exportdemo", cloud.registryPath("target"), "importdemo"));
    }

    /** A client of the source that no line delays. The caller closes it. */
    DistributionClient sourceClient() {
        return new DistributionClient(source.uri(), "", "");
    }

    /** A container with nothing in it. */
    void freshContainer() {
        blob.clear();
    }

    /** A target registry with nothing in it and nothing in its caches: a new process on the old address. */
    void freshTarget() throws IOException {
        target.stop();
        delete(directory.resolve("target").resolve("data"));
        target.start();
    }

    /** What the target does not have as the source has it, one sentence each. */
    List<String> differences(DataSet set) throws IOException {
        try (DistributionClient from = sourceClient();
                DistributionClient to = new DistributionClient(target.uri(), "", "")) {
            return RegistryComparison.compare(from, to, set.artifacts()).differences();
        }
    }

    @Override
    public void close() {
        while (!started.isEmpty()) {
            try {
                started.pop().close();
            } catch (Exception e) {
                System.err.println("a part of the stand could not be stopped: " + e);
            }
        }
    }

    static void delete(Path tree) throws IOException {
        if (Files.exists(tree)) {
            try (Stream<Path> files = Files.walk(tree)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private RegistryServer registry(String name) throws IOException {
        return RegistryServer.start(RegistryServer.Options.in(Files.createDirectories(directory.resolve(name))));
    }

    private BlobStandIn startBlob(SpeedOptions options) throws IOException {
        if (options.blob() == SpeedOptions.Blob.AZURITE) {
            return BlobStandIn.azurite(directory);
        }
        boolean inMemory = options.store() == SpeedOptions.Store.MEMORY && Files.isWritable(SHARED_MEMORY);
        Path blocks = Files.createTempDirectory(inMemory ? SHARED_MEMORY : directory, "transship-bench-");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(blocks)));
        started.push(() -> remove(blocks));
        return BlobStandIn.sink(directory, blocks);
    }

    /** Also when the comparison is interrupted: what lies in shared memory is memory. */
    private static void remove(Path blocks) {
        try {
            delete(blocks);
        } catch (IOException | UncheckedIOException e) {
            System.err.println("please remove '%s': %s".formatted(blocks, e));
        }
    }

    private URI line(URI server, Duration latency) throws IOException {
        return latency.isZero()
                ? server
                : opened(DelayingLine.to(server, latency)).uri();
    }

    /** The demo's pipelines, led to the registries and the container here. */
    private Map<String, String> settings(Map<String, String> settings) {
        ObjectNode registries = JSON.createObjectNode();
        Map.of("source", endpoints.source(), "target", endpoints.target())
                .forEach((name, uri) -> registries
                        .putObject(name)
                        .put("loginServer", uri.toString())
                        .put("anonymous", true));
        // The demo's slices are small, to show how they are shared; these are those of a deployment.
        settings.remove("TRANSSHIP_SLICE_BYTES");
        settings.put("TRANSSHIP_REGISTRIES", registries.toString());
        // A heap with which the app keeps below 384 MiB in all; the last flag wins.
        settings.merge("JAVA_OPTS", " -Xms64m -Xmx208m", String::concat);
        try {
            ArrayNode pipelines = (ArrayNode) JSON.readTree(settings.get(PIPELINES));
            ObjectNode exporting = (ObjectNode) pipelines.get(0).path("properties");
            exporting.remove("relay");
            exporting.withObject("/target").put("uri", endpoints.container().toString());
            ObjectNode importing = (ObjectNode) pipelines.get(1).path("properties");
            importing.withObject("/source").put("uri", endpoints.container().toString());
            importing.remove("trigger");
            settings.put(PIPELINES, pipelines.toString());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the pipelines of the local cloud are not JSON", e);
        }
        return settings;
    }

    private <T extends AutoCloseable> T opened(T part) {
        started.push(part);
        return part;
    }
}

package io.transship.promises;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.transship.local.HostProcess;
import io.transship.local.LocalCloud;
import io.transship.local.MorePipelines;
import io.transship.local.TestedApp;
import io.transship.local.artifacts.ArtifactSeries;
import io.transship.local.artifacts.SampleArtifact;
import io.transship.local.artifacts.TagWatch;
import io.transship.local.demo.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Three hosts on one queue move forty artifacts from registry to registry, ten times over, while each host is killed again
 * and again at any moment and comes back while the others work. {@code -Dchaos.seed=…} kills others at other moments,
 * {@code -Dchaos.rounds=…} more or fewer of them.
 */
class ChaosIT {

    private static final long SEED = Long.getLong("chaos.seed", 2026L);
    private static final int ROUNDS = Integer.getInteger("chaos.rounds", 10);
    private static final int HOSTS = 3;
    private static final int REPOSITORIES = 8;
    private static final int TAGS = 5;
    private static final int LAYER_BYTES = 48 << 10;
    private static final int SHARED_BYTES = 160 << 10;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(200);

    @AutoClose
    private static TestedApp app;

    @AutoClose
    private static final ExecutorService THREADS = Executors.newVirtualThreadPerTaskExecutor();

    private static final Map<HostProcess, CompletableFuture<Void>> RESTARTS = new HashMap<>();
    private static final Map<HostProcess, Integer> KILLED = new HashMap<>();

    @BeforeAll
    static void startApp(@TempDir Path directory) throws IOException {
        app = TestedApp.start(
                directory,
                new MorePipelines().exporting("source", "plain").importing("target", "arriving"),
                ChaosIT::options);
    }

    private static LocalCloud.Options options(LocalCloud.Options options) {
        return options.withHosts(HOSTS)
                .withSetting("TRANSSHIP_BLOCK_BYTES", Integer.toString(64 << 10))
                .withSetting("TRANSSHIP_SLICE_BYTES", Integer.toString(384 << 10))
                .withSetting("TRANSSHIP_LOCAL_VISIBILITY", "2s")
                .withSetting("TRANSSHIP_LOCAL_MAX_POLLING", "600ms")
                .withSettings(ChaosIT::quickStart)
                // As in host.json: a message that was with two hosts that died has attempts left.
                .withSetting("AzureFunctionsJobHost__extensions__queues__maxDequeueCount", "5");
    }

    /** Hosts that live for seconds have no time to be compiled well. */
    private static Map<String, String> quickStart(Map<String, String> settings) {
        settings.computeIfPresent(
                "JAVA_OPTS",
                (name, flags) -> flags.replace(
                        "-XX:TieredStopAtLevel=4 -XX:+UseSerialGC -Xmn32m -Xmx256m", "-XX:+UseSerialGC -Xmx128m"));
        return settings;
    }

    @AfterAll
    static void everyHostWasKilledSeveralTimes() {
        awaitAllHosts();
        assertThat(app.cloud().hosts())
                .allSatisfy(host -> assertThat(KILLED.getOrDefault(host, 0)).isGreaterThanOrEqualTo(ROUNDS / 2));
    }

    private static IntStream rounds() {
        return IntStream.rangeClosed(1, ROUNDS);
    }

    @ParameterizedTest
    @MethodSource("rounds")
    void everyArtifactArrivesWhicheverHostDiesAndWhen(int round) throws Exception {
        Random random = new Random(SEED * 1_000 + round);
        // One host in turn is spared, so that each is killed about as often as the others.
        int first = (round + 1 + random.nextInt(2)) % HOSTS;
        int second = HOSTS - round % HOSTS - first;
        Kill exportKill = Kill.on("export", first, random);
        Kill importKill = Kill.on("import", second, random);
        String blob = "round-%d.tar".formatted(round);
        String what = "seed %d, round %d: %s, %s".formatted(SEED, round, exportKill, importKill);
        ArtifactSeries series = series(round);
        List<SampleArtifact> artifacts = series.push(app.source());
        awaitAllHosts();

        URI export = app.client()
                .export(
                        "plain",
                        artifacts.stream().map(SampleArtifact::reference).toList(),
                        blob);
        boolean exportHit = killed(exportKill, export);
        Run exported = awaitRun(export, Run::isFinished, what);
        assertComplete(exported, artifacts, what);
        try (TagWatch tags = new TagWatch(app.target(), series.repositoryNames())) {
            app.arrive(
                    "arriving",
                    blob,
                    app.exports("plain").getBlobClient(blob).downloadContent().toBytes());
            URI arrival = arrivalOf(blob, what);
            boolean importHit = killed(importKill, arrival);
            Run imported = awaitRun(arrival, Run::isFinished, what);
            System.out.printf(
                    "chaos, %s: met %s and %s; export sent %s, import sent %s%n",
                    what, exportHit, importHit, sent(exported), sent(imported));

            assertComplete(imported, artifacts, what);
            assertThat(tags.lastLook())
                    .as(what)
                    .isEqualTo(artifacts.stream()
                            .collect(Collectors.toMap(SampleArtifact::reference, SampleArtifact::digest)));
            assertThat(tags.hollow()).as(what).isEmpty();
        }
    }

    private static ArtifactSeries series(int round) {
        return new ArtifactSeries("chaos/" + round, REPOSITORIES, TAGS, LAYER_BYTES, SHARED_BYTES, round);
    }

    private static void awaitAllHosts() {
        RESTARTS.values().forEach(CompletableFuture::join);
    }

    /** Waits for the moment, kills, and lets the host come back while the others work; false if the run was over before. */
    private static boolean killed(Kill kill, URI run) {
        Run met = awaitRun(run, kill.hasCome(), kill.toString());
        HostProcess host = app.cloud().hosts().get(kill.host());
        host.kill();
        KILLED.merge(host, 1, Integer::sum);
        RESTARTS.put(host, CompletableFuture.runAsync(() -> restart(host), THREADS));
        return !met.isFinished();
    }

    private static void restart(HostProcess host) {
        try {
            host.restart();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static URI arrivalOf(String blob, String what) {
        String registry = app.cloud().registryPath("target");
        Run run = patiently(what)
                .until(
                        () -> app.client().runs(registry).stream()
                                .filter(candidate -> candidate.blobName().equals(blob))
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
        return app.client().runAddress(registry, run.name());
    }

    private static Run awaitRun(URI address, Predicate<Run> expected, String what) {
        return patiently(what).until(() -> app.client().run(address), expected);
    }

    /** Whoever is asked may be the host that is killed: then another one is asked again. */
    private static ConditionFactory patiently(String what) {
        return await(what)
                .atMost(LIMIT)
                .pollDelay(Duration.ZERO)
                .pollInterval(POLL)
                .ignoreExceptionsInstanceOf(IOException.class);
    }

    private static void assertComplete(Run run, List<SampleArtifact> artifacts, String what) {
        assertThat(run.state()).as("%s: %s", what, run.message()).isEqualTo("Succeeded");
        assertThat(run.progress().slicesTotal()).as(what).isGreaterThan(HOSTS);
        assertThat(run.progress().slicesDone())
                .as(what)
                .isEqualTo(run.progress().slicesTotal());
        assertThat(run.artifacts())
                .as(what)
                .noneMatch(artifact -> artifact.outcome().equals("Failed"))
                .extracting(artifact -> artifact.name() + "@" + artifact.digest())
                .containsExactlyInAnyOrderElementsOf(artifacts.stream()
                        .map(artifact -> artifact.reference() + "@" + artifact.digest())
                        .toList());
    }

    private static String sent(Run run) {
        long twice = run.progress().bytesSent() - run.progress().bytesTotal();
        return "%,d of %,d bytes (%,d twice)"
                .formatted(run.progress().bytesSent(), run.progress().bytesTotal(), Math.max(0, twice));
    }
}

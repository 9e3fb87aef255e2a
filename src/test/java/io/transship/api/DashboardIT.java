package io.transship.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.transship.local.BrowserScript;
import io.transship.local.CloudLines;
import io.transship.local.MorePipelines;
import io.transship.local.NetworkLine.Direction;
import io.transship.local.TestedApp;
import io.transship.local.artifacts.SampleArtifacts;
import io.transship.local.artifacts.SeededArtifact;
import io.transship.local.artifacts.SmallImage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard in a real browser: the steps are in {@code src/test/js/dashboard.mjs}, what they meet is prepared here. */
class DashboardIT {

    private static final String HOSTILE = "<img src=x onerror=document.title='owned'>";
    private static final Path SHOTS = Path.of("target", "dashboard");
    private static final int LAYERS = 16;
    private static final int LAYER_BYTES = 384 << 10;

    @Test
    void anOperatorSeesAndDoesEverythingInTheBrowser(@TempDir Path directory) throws Exception {
        try (ServerSocket silence = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                CloudLines lines = new CloudLines();
                TestedApp app = TestedApp.start(
                        Files.createDirectory(directory.resolve("cloud")),
                        new MorePipelines()
                                .registry(
                                        "silent",
                                        URI.create("http://127.0.0.1:" + silence.getLocalPort()),
                                        "source-registry-password")
                                .exporting("source", "outgoing", "OverwriteBlobs")
                                .exporting("silent", "silent-out")
                                .exporting("source", "expired")
                                .importing("target", "incoming", "OverwriteTags"),
                        options -> options.withSetting("TRANSSHIP_BLOCK_BYTES", Integer.toString(64 << 10))
                                .withSetting("TRANSSHIP_SLICE_BYTES", Integer.toString(512 << 10))
                                .withSettings(lines::addTo))) {
            prepare(app, directory);
            startHalfWay(app, lines);
            Path signals = Files.createDirectory(directory.resolve("signals"));
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                threads.execute(() -> {
                    await().atMost(Duration.ofMinutes(2)).until(() -> Files.exists(signals.resolve("mend")));
                    lines.sourceStore().mend();
                });

                String said = BrowserScript.run(
                        "dashboard.mjs",
                        directory,
                        Map.of("KEY", app.cloud().functionKey()),
                        app.cloud().app().toString(),
                        SHOTS.toAbsolutePath().toString(),
                        signals.toString());

                // Beside the screenshots: how long each step took.
                Files.writeString(SHOTS.resolve("steps.txt"), said);
                assertThat(said).endsWith("all right\n");
            }
        }
    }

    private static void prepare(TestedApp app, Path directory) throws IOException {
        SampleArtifacts.fill(app.source(), directory, new SampleArtifacts.Options(3L << 20, 1));
        SmallImage.push(app.source(), "shop/odd:1", "a layer", HOSTILE);
        byte[] archive = app.archiveOf("outgoing", "samples.tar", "shop/web:1.4.0", "charts/shop:1.4.0", "shop/odd:1");
        app.assertSucceeded(app.importOf("incoming", HOSTILE + ".tar", archive));
        app.setExportSas("expired", "expired", "rawl", Duration.ofHours(-1));
        assertThat(app.finished(start(app, "source", "late", "outgoing", "shop/late:1"))
                        .state())
                .isEqualTo("Failed");
        SmallImage.push(app.source(), "shop/late:1", "it came late");
        start(app, "silent", "endless", "silent-out", "shop/web:1");
    }

    /** A run that stands still in the middle, because the line to its storage account is dead. */
    private static void startHalfWay(TestedApp app, CloudLines lines) throws IOException {
        SeededArtifact.push(app.source(), "data/large:1", LAYERS, LAYER_BYTES, 7);
        lines.sourceStore().dieAfter(Direction.TO_SERVER, (long) LAYERS * LAYER_BYTES * 3 / 4);
        app.awaitRun(
                start(app, "source", "half-way", "outgoing", "data/large:1"),
                run -> run.progress().slicesDone() > 0 && lines.sourceStore().isDead(Direction.TO_SERVER));
    }

    private static URI start(TestedApp app, String registry, String name, String pipeline, String artifact)
            throws IOException {
        String path = "/api" + app.cloud().registryPath(registry);
        URI run = URI.create("%s/pipelineRuns/%s?api-version=2025-06-01-preview".formatted(path, name));
        String body = """
                {"properties":{"request":{"pipelineResourceId":"%s/exportPipelines/%s","artifacts":["%s"],
                  "target":{"name":"%s.tar"}}}}""".formatted(app.cloud().registryPath(registry), pipeline, artifact, name);
        assertThat(app.client().call("PUT", run.toString(), body).statusCode()).isEqualTo(201);
        return app.cloud().app().resolve(run);
    }
}

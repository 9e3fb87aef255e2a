package io.transship.promises;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.transship.local.HostProcess;
import io.transship.local.MorePipelines;
import io.transship.local.RegistryServer;
import io.transship.local.TestedApp;
import io.transship.local.artifacts.ArtifactSeries;
import io.transship.local.artifacts.DistributionClient;
import io.transship.local.artifacts.SampleArtifact;
import io.transship.local.artifacts.TagWatch;
import io.transship.local.demo.Run;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run of two thousand artifacts of 10 KB each: everything that grows with their number fits into 256 MiB of heap. */
class ManyArtifactsIT {

    private static final ArtifactSeries SERIES = new ArtifactSeries("many", 20, 100, 10_000, 0, 1);
    private static final Duration LIMIT = Duration.ofMinutes(5);

    @Test
    void twoThousandSmallArtifactsArriveInOneRun(@TempDir Path directory) throws Exception {
        try (RegistryServer from = registry(directory, "from");
                RegistryServer to = registry(directory, "to");
                DistributionClient source = new DistributionClient(from.uri(), "", "");
                DistributionClient target = new DistributionClient(to.uri(), "", "");
                TestedApp app = TestedApp.start(
                        directory,
                        new MorePipelines()
                                .registry("from", from.uri(), "source-registry-password")
                                .registry("to", to.uri(), "target-registry-password")
                                .exporting("from", "plain")
                                .importing("to", "arriving"),
                        options -> options.withSettings(ManyArtifactsIT::requireSmallHeap))) {
            List<SampleArtifact> artifacts = SERIES.push(source);

            URI export = app.client()
                    .export(
                            "plain",
                            artifacts.stream().map(SampleArtifact::reference).toList(),
                            "many.tar");
            Run exported = finished(app, export);
            app.assertSucceeded(exported);
            app.arrive(
                    "arriving",
                    "many.tar",
                    app.exports("plain")
                            .getBlobClient("many.tar")
                            .downloadContent()
                            .toBytes());
            Run arrival = app.awaitImport("arriving", "many.tar", any -> true);
            Run imported = finished(app, app.client().runAddress(app.cloud().registryPath("to"), arrival.name()));
            app.assertSucceeded(imported);

            assertThat(List.of(exported, imported))
                    .allSatisfy(
                            run -> assertThat(run.progress().artifactsDone()).isEqualTo(artifacts.size()));
            assertThat(imported.artifacts()).hasSameSizeAs(artifacts);
            assertArrived(target, artifacts);
            assertHadMemory(app.cloud().host());
        }
    }

    private static RegistryServer registry(Path directory, String name) throws IOException {
        return RegistryServer.start(
                RegistryServer.Options.in(Files.createDirectories(directory.resolve("registry-" + name))));
    }

    private static Map<String, String> requireSmallHeap(Map<String, String> settings) {
        assertThat(settings.get("JAVA_OPTS")).contains("-Xmx256m");
        return settings;
    }

    private static Run finished(TestedApp app, URI run) {
        return await().atMost(LIMIT)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> app.client().run(run), Run::isFinished);
    }

    private static void assertArrived(DistributionClient target, List<SampleArtifact> artifacts) throws IOException {
        try (TagWatch tags = new TagWatch(target, SERIES.repositoryNames())) {
            assertThat(tags.lastLook())
                    .isEqualTo(artifacts.stream()
                            .collect(Collectors.toMap(SampleArtifact::reference, SampleArtifact::digest)));
            assertThat(tags.hollow()).isEmpty();
        }
    }

    private static void assertHadMemory(HostProcess host) throws IOException {
        assertThat(Files.readString(host.log())).doesNotContain("OutOfMemoryError");
    }
}

package io.transship.promises;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.transship.local.MorePipelines;
import io.transship.local.TestedApp;
import io.transship.local.WrittenFiles;
import io.transship.local.artifacts.RegistryComparison;
import io.transship.local.artifacts.SampleArtifact;
import io.transship.local.artifacts.SeededArtifact;
import io.transship.local.demo.Run;
import io.transship.local.demo.TransshipClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A layer that is larger than all memory of the app: 512 MiB through 256 MiB of heap, and 2 GiB with
 * {@code ./dev test -Dlarge}, which takes minutes on a small machine.
 */
@Tag("large")
class LargeContentIT {

    private static final long LAYER_BYTES = System.getProperty("large") == null ? 512L << 20 : 2L << 30;
    private static final long FEW_BYTES = 8 << 20;
    private static final long HEAP_AND_JVM = 640L << 20;
    private static final Duration LIMIT = Duration.ofMinutes(20);

    @Test
    void aLayerLargerThanTheHeapPassesWithoutATemporaryFile(@TempDir Path directory) throws Exception {
        assumeTrue(WrittenFiles.areKnown(), "only Linux tells what a process writes");
        Path temporary = Files.createDirectories(directory.resolve("tmp"));
        try (TestedApp app = TestedApp.start(
                        directory,
                        new MorePipelines(),
                        options -> options.withSettings(settings -> {
                            settings.merge("JAVA_OPTS", " -Djava.io.tmpdir=" + temporary, String::concat);
                            assertThat(settings.get("JAVA_OPTS")).contains("-Xmx256m");
                            // Storage would copy by itself; it is the way through the app that must hold this.
                            settings.put("TRANSSHIP_SERVER_SIDE_COPY", "false");
                            return settings;
                        }));
                WrittenFiles written = WrittenFiles.of(app.cloud().host(), temporary)) {
            SampleArtifact artifact = SeededArtifact.push(app.source(), "large/model:1", 1, LAYER_BYTES, 1);
            long before = written.bytes();

            URI run = app.client().export("exportdemo", List.of(artifact.reference()), "large.tar");
            app.assertSucceeded(finished(app.client(), run));
            app.assertSucceeded(finished(app.client(), importOf(app, "large.tar")));

            assertThat(written.seen()).isEmpty();
            assertThat(written.bytes() - before).isLessThan(FEW_BYTES);
            assertThat(written.peakMemory()).isLessThan(HEAP_AND_JVM);
            assertArrived(app, artifact);
        }
    }

    private static URI importOf(TestedApp app, String blob) {
        Run run = app.awaitImport("importdemo", blob, any -> true);
        return app.client().runAddress(app.cloud().registryPath("target"), run.name());
    }

    private static Run finished(TransshipClient client, URI run) {
        return await().atMost(LIMIT).until(() -> client.run(run), Run::isFinished);
    }

    private static void assertArrived(TestedApp app, SampleArtifact artifact) throws IOException {
        assertThat(RegistryComparison.compare(app.source(), app.target(), List.of(artifact))
                        .differences())
                .isEmpty();
    }
}

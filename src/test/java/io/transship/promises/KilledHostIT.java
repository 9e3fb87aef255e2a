package io.transship.promises;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.Block;
import com.azure.storage.blob.models.BlockListType;
import io.transship.local.CloudLines;
import io.transship.local.MorePipelines;
import io.transship.local.NetworkLine;
import io.transship.local.NetworkLine.Direction;
import io.transship.local.RegistryServer;
import io.transship.local.TestedApp;
import io.transship.local.artifacts.RegistryComparison;
import io.transship.local.artifacts.SampleArtifact;
import io.transship.local.artifacts.SeededArtifact;
import io.transship.local.demo.Run;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The host is killed in the middle of a leg, while the line that its bytes take is dead: slices are done, others are half
 * moved and their messages still hidden. The next host has to finish the run and to send only what had not arrived.
 */
class KilledHostIT {

    private static final int BLOCK_BYTES = 64 << 10;
    private static final int SLICE_BYTES = 512 << 10;
    private static final int LAYERS = 16;
    private static final int LAYER_BYTES = 384 << 10;
    private static final long LAYERS_BYTES = (long) LAYERS * LAYER_BYTES;

    /** More than the slices that a host moves at once, so that some are done when the line goes dead. */
    private static final long BYTES_BEFORE_DEATH = LAYERS_BYTES * 3 / 4;

    private static final Duration AT_REST = Duration.ofMillis(500);

    @AutoClose
    private static final CloudLines LINES = new CloudLines();

    @AutoClose
    private static TestedApp app;

    @BeforeAll
    static void startApp(@TempDir Path directory) throws IOException {
        app = TestedApp.start(
                directory,
                new MorePipelines().exporting("source", "plain").importing("target", "arriving"),
                options -> options.withSetting("TRANSSHIP_BLOCK_BYTES", Integer.toString(BLOCK_BYTES))
                        .withSetting("TRANSSHIP_SLICE_BYTES", Integer.toString(SLICE_BYTES))
                        .withSetting("TRANSSHIP_LOCAL_VISIBILITY", "4s")
                        .withSettings(LINES::addTo));
    }

    /** A test that fails in between leaves its host dead: the next one is not to fail for that. */
    @AfterEach
    void bringBackTheHost() throws IOException {
        if (!app.cloud().host().isAlive()) {
            app.cloud().host().restart();
        }
    }

    @Test
    void anExportSendsOnlyTheBlocksThatWereNotStaged() throws Exception {
        SampleArtifact artifact = artifact("killed/export:1", 1);
        NetworkLine line = LINES.sourceStore();
        line.dieAfter(Direction.TO_SERVER, BYTES_BEFORE_DEATH);

        URI address = app.client().export("plain", List.of(artifact.reference()), "export.tar");
        app.awaitRun(address, halfMoved("export", line, Direction.TO_SERVER));
        app.cloud().host().kill();
        line.mend();
        long staged = stagedBytes(app.exports("plain"), "export.tar");
        long passed = line.passed(Direction.TO_SERVER);
        app.cloud().host().restart();

        Run run = app.finished(address);
        app.assertSucceeded(run);
        assertSentOnce(run, staged, line.passed(Direction.TO_SERVER) - passed);
        byte[] archive = app.exports("plain")
                .getBlobClient("export.tar")
                .downloadContent()
                .toBytes();
        app.assertSucceeded(app.importOf("arriving", "export.tar", archive));
        assertArrived(artifact);
    }

    @Test
    void aRelaySendsOnlyTheBlocksThatWereNotStaged() throws Exception {
        SampleArtifact artifact = artifact("killed/relay:1", 2);
        // The target's service does not find the source behind the line: the app streams.
        NetworkLine line = LINES.sourceStore();
        line.dieAfter(Direction.FROM_SERVER, BYTES_BEFORE_DEATH);

        URI address = app.client().export("exportdemo", List.of(artifact.reference()), "relay.tar");
        app.awaitRun(address, halfMoved("relay", line, Direction.FROM_SERVER));
        app.cloud().host().kill();
        line.mend();
        long staged = stagedBytes(app.cloud().container("dststore"), "relay.tar");
        long passed = line.passed(Direction.FROM_SERVER);
        app.cloud().host().restart();

        Run run = app.finished(address);
        app.assertSucceeded(run);
        assertSentOnce(run, staged, line.passed(Direction.FROM_SERVER) - passed);
        app.assertSucceeded(app.awaitImport("importdemo", "relay.tar", Run::isFinished));
        assertArrived(artifact);
    }

    @Test
    void anImportSendsOnlyTheContentsThatWereNotComplete() throws Exception {
        SampleArtifact artifact = artifact("killed/import:1", 3);
        byte[] archive = app.archiveOf("plain", "import.tar", artifact.reference());
        RegistryServer registry = app.cloud().registry("target");
        long before = registry.blobBytes();
        NetworkLine line = LINES.targetRegistry();
        line.dieAfter(Direction.TO_SERVER, BYTES_BEFORE_DEATH);

        app.arrive("arriving", "import.tar", archive);
        app.awaitImport("arriving", "import.tar", halfMoved("import", line, Direction.TO_SERVER));
        app.cloud().host().kill();
        line.mend();
        long complete = blobBytesAtRest(registry) - before;
        long passed = line.passed(Direction.TO_SERVER);
        assertThat(registry.openUploads()).as("uploads that the kill cut off").isPositive();
        app.cloud().host().restart();

        Run run = app.awaitImport("arriving", "import.tar", Run::isFinished);
        app.assertSucceeded(run);
        assertSentOnce(run, complete, line.passed(Direction.TO_SERVER) - passed);
        assertArrived(artifact);
    }

    private static SampleArtifact artifact(String reference, long seed) throws IOException {
        return SeededArtifact.push(app.source(), reference, LAYERS, LAYER_BYTES, seed);
    }

    /** Some slices of the leg are done, and no further byte gets through. */
    private static Predicate<Run> halfMoved(String leg, NetworkLine line, Direction direction) {
        return run -> run.progress().leg().equals(leg) && run.progress().slicesDone() > 0 && line.isDead(direction);
    }

    /** The registry may still finish an upload whose last byte had come when its sender died. */
    private static long blobBytesAtRest(RegistryServer registry) throws IOException {
        AtomicLong last = new AtomicLong(registry.blobBytes());
        await().during(AT_REST).atMost(AT_REST.multipliedBy(20)).until(() -> {
            long now = registry.blobBytes();
            return last.getAndSet(now) == now;
        });
        return last.get();
    }

    private static long stagedBytes(BlobContainerClient container, String blob) {
        return container
                .getBlobClient(blob)
                .getBlockBlobClient()
                .listBlocks(BlockListType.UNCOMMITTED)
                .getUncommittedBlocks()
                .stream()
                .mapToLong(Block::getSizeLong)
                .sum();
    }

    /**
     * Two witnesses: what the run says, and what passed the line after the kill.
     *
     * @param arrived bytes of the leg that were at their destination when the host was dead
     */
    private static void assertSentOnce(Run run, long arrived, long passedAfterwards) {
        long total = run.progress().bytesTotal();
        assertThat(run.progress().slicesTotal()).isGreaterThanOrEqualTo(3);
        assertThat(total).isGreaterThanOrEqualTo(LAYERS_BYTES);
        assertThat(arrived).as("moved before the kill").isBetween(LAYERS_BYTES / 8, BYTES_BEFORE_DEATH);
        assertThat(run.progress().bytesSent()).isBetween(total - arrived, total);
        long missing = total - arrived;
        // Requests have heads, and TLS its frames.
        assertThat(passedAfterwards).as("passed after the kill").isBetween(missing / 2, missing + total / 20);
    }

    private static void assertArrived(SampleArtifact artifact) throws IOException {
        assertThat(RegistryComparison.compare(app.source(), app.target(), List.of(artifact))
                        .differences())
                .isEmpty();
    }
}

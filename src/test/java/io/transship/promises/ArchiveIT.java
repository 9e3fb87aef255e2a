package io.transship.promises;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.azure.core.util.BinaryData;
import com.azure.storage.blob.BlobContainerClient;
import io.transship.local.EventSource;
import io.transship.local.EventSource.Schema;
import io.transship.local.LocalCloud;
import io.transship.local.MorePipelines;
import io.transship.local.RegistryServer;
import io.transship.local.Skopeo;
import io.transship.local.TestedApp;
import io.transship.local.artifacts.DistributionClient;
import io.transship.local.artifacts.RegistryComparison;
import io.transship.local.artifacts.SampleArtifact;
import io.transship.local.artifacts.SampleArtifacts;
import io.transship.local.artifacts.SmallImage;
import io.transship.local.demo.Run;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives are the same whenever they are made, other tools read and write them, and their arrival is what counts. */
class ArchiveIT {

    private static final int EVENT_COPIES = 3;

    @AutoClose
    private static TestedApp app;

    private static List<SampleArtifact> samples;

    @TempDir
    private Path directory;

    @BeforeAll
    static void startApp(@TempDir Path shared) throws IOException {
        app = TestedApp.start(
                shared,
                new MorePipelines().exporting("source", "plain").importingByCloudEvents("target", "clouded"),
                options -> options.withEventCopies(EVENT_COPIES));
        samples = SampleArtifacts.fill(app.source(), shared, new SampleArtifacts.Options(4 << 20, 1));
    }

    @Test
    void twoExportsOfOneSetAreTheSameByteForByte() throws Exception {
        List<String> references =
                samples.stream().map(SampleArtifact::reference).toList();

        byte[] monday = exported("monday", references);
        byte[] tuesday = exported("tuesday", references.reversed());

        assertThat(monday).hasSizeGreaterThan(4 << 20);
        assertThat(tuesday).isEqualTo(monday);
    }

    @Test
    void skopeoFindsAndCopiesEveryArtifactOfOurArchive() throws Exception {
        Path archive = directory.resolve("ours.tar");
        // skopeo 1.9 looks for OCI media types only; its archives have no others either.
        List<SampleArtifact> known = samples.stream()
                .filter(sample -> !sample.kind().contains("Docker"))
                .toList();
        String[] references = samples.stream().map(SampleArtifact::reference).toArray(String[]::new);
        Files.write(archive, app.archiveOf("plain", "ours.tar", references));

        assertThat(known).hasSize(samples.size() - 1);
        try (RegistryServer copies = RegistryServer.start(RegistryServer.Options.in(directory));
                DistributionClient copied = new DistributionClient(copies.uri(), LocalCloud.USERNAME, "")) {
            Skopeo skopeo = Skopeo.in(directory, Map.of());
            for (SampleArtifact sample : known) {
                String name = "oci-archive:%s:%s".formatted(archive, sample.reference());
                assertThat(digest(skopeo.manifest(name))).as(name).isEqualTo(sample.digest());
                skopeo.copyAll(name, "docker://%s/%s".formatted(copies.loginServer(), sample.reference()));
            }
            assertThat(RegistryComparison.compare(app.source(), copied, known).differences())
                    .isEmpty();
        }
    }

    @Test
    void anArchiveThatSkopeoWroteIsImportedByItsArrival() throws Exception {
        SampleArtifact image = sample("shop/worker");
        Path archive = directory.resolve("skopeo.tar");
        skopeo().copy(atSource(image), "oci-archive:%s:%s".formatted(archive, image.reference()));

        assertImported(archive, image);
    }

    @Test
    void anImageForTwoPlatformsThatSkopeoWroteIsImportedByItsArrival() throws Exception {
        SampleArtifact image = sample("shop/api");
        Path archive = directory.resolve("skopeo-all.tar");
        skopeo().copyAll(atSource(image), "oci-archive:%s:%s".formatted(archive, image.reference()));

        assertImported(archive, image);
    }

    @Test
    void anEventThatComesThreeTimesStartsOneRun() throws Exception {
        SampleArtifact image = SmallImage.push(app.source(), "events/thrice:1", "a layer");
        Run exported = app.export("exportdemo", "thrice.tar", image.reference());
        app.assertSucceeded(exported);
        assertThat(exported.progress().leg()).isEqualTo("relay");
        assertThat(exported.progress().bytesCopied())
                .as("carried by the storage service alone")
                .isEqualTo(exported.progress().bytesTotal())
                .isPositive();
        assertThat(exported.progress().bytesSent()).isZero();

        app.assertSucceeded(app.awaitImport("importdemo", "thrice.tar", Run::isFinished));
        assertThat(app.cloud().events().orElseThrow().send("thrice.tar"))
                .as("once more, when all is done")
                .isEqualTo(202);

        assertThat(runsOf("thrice.tar")).hasSize(1);
        await().until(() -> deliveriesOf("thrice.tar").size() == EVENT_COPIES);
        assertThat(deliveriesOf("thrice.tar"))
                .extracting(EventSource.Delivery::status)
                .containsOnly(202);
        assertArrived(image);
    }

    @Test
    void aCloudEventStartsARunToo() throws Exception {
        SampleArtifact image = SmallImage.push(app.source(), "events/cloud:1", "another layer");
        byte[] archive = app.archiveOf("plain", "cloud.tar", image.reference());

        app.assertSucceeded(app.importOf("clouded", "cloud.tar", archive));

        assertArrived(image);
    }

    @Test
    void anEventOfAContainerThatNoPipelineReadsIsIgnoredWithTheReason() throws Exception {
        SampleArtifact image = SmallImage.push(app.source(), "events/foreign:1", "a third layer");
        app.archiveOf("plain", "foreign.tar", image.reference());
        EventSource foreign = app.cloud().watch(app.exports("plain"), Schema.EVENT_GRID);

        assertThat(foreign.send("foreign.tar")).isEqualTo(202);

        assertThat(runsOf("foreign.tar")).isEmpty();
        assertThat(Files.readAllLines(app.cloud().host().log()))
                .anyMatch(line -> line.contains("ignored '")
                        && line.contains("/plain/foreign.tar'")
                        && line.contains("no import pipeline reads from its container"));
        assertThat(app.target().tags("events/foreign")).isEmpty();
    }

    private static byte[] exported(String name, List<String> references) throws IOException {
        URI run = app.client().export("plain", references, name + ".tar");
        app.assertSucceeded(app.finished(run));
        BlobContainerClient container = app.exports("plain");
        return container.getBlobClient(name + ".tar").downloadContent().toBytes();
    }

    private Skopeo skopeo() throws IOException {
        return Skopeo.in(
                directory,
                Map.of(app.cloud().registry("source").loginServer(), app.cloud().registryPassword("source")));
    }

    private static String atSource(SampleArtifact artifact) {
        return "docker://%s/%s".formatted(app.cloud().registry("source").loginServer(), artifact.reference());
    }

    private static SampleArtifact sample(String repository) {
        return samples.stream()
                .filter(sample -> sample.repository().equals(repository))
                .findFirst()
                .orElseThrow();
    }

    /** The arrival's event comes three times, as every event of this container. */
    private static void assertImported(Path archive, SampleArtifact image) throws IOException {
        String blob = archive.getFileName().toString();
        app.cloud().container("dststore").getBlobClient(blob).upload(BinaryData.fromFile(archive));

        app.assertSucceeded(app.awaitImport("importdemo", blob, Run::isFinished));
        assertThat(runsOf(blob)).hasSize(1);
        assertArrived(image);
    }

    private static List<Run> runsOf(String blob) throws IOException {
        return app.client().runs(app.cloud().registryPath("target")).stream()
                .filter(run -> run.blobName().equals(blob))
                .toList();
    }

    private static List<EventSource.Delivery> deliveriesOf(String blob) {
        return app.cloud().events().orElseThrow().deliveries().stream()
                .filter(delivery -> delivery.blob().equals(blob))
                .toList();
    }

    private static void assertArrived(SampleArtifact artifact) throws IOException {
        assertThat(RegistryComparison.compare(app.source(), app.target(), List.of(artifact))
                        .differences())
                .isEmpty();
    }

    private static String digest(byte[] manifest) throws Exception {
        return "sha256:"
                + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(manifest));
    }
}

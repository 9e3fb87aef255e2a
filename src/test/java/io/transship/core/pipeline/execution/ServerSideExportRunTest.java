package io.transship.core.pipeline.execution;

import static io.transship.core.pipeline.execution.RunWorld.assertSucceeded;
import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.archive.Archive;
import io.transship.core.oci.Digest;
import io.transship.core.oci.Manifest;
import io.transship.core.pipeline.request.RunView;
import io.transship.core.pipeline.run.Leg;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.RunProgress;
import io.transship.core.storage.BlobProperties;
import io.transship.core.transfer.StepwiseClock;
import io.transship.core.transfer.TransferSamples;
import io.transship.core.transfer.TransferSettings;
import io.transship.core.transfer.artifact.ArtifactOutcome;
import io.transship.core.transfer.artifact.UnhashedContents;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs whose archive fetches a large layer from where the registry leads to. */
@Timeout(60)
class ServerSideExportRunTest {

    private static final List<String> NAMES = List.of("charts/hello:2", "large/app:1");
    private static final int LARGE = 900_001;

    private final TransferSamples samples = new TransferSamples();
    private final Manifest image = samples.artifacts().image(LARGE);
    private final Digest layer = image.children().getLast().digest();

    /** After so many blocks the storage is out of reach. */
    private final AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);

    ServerSideExportRunTest() throws IOException {
        samples.registry().seed("large/app", "1", image, samples.artifacts());
        samples.registry().lead(blob -> Optional.of(URI.create("https://storage.test/" + blob)));
    }

    @Test
    void anOperatorSeesWhatWasNotHashedAndTheRelayHandsItOnAndTheImportHashesIt() throws IOException {
        RunWorld world = world(1, 0);
        PipelineRun export = world.drained(world.startExport(NAMES));

        assertSucceeded(export);
        assertThat(copied(world, export)).isEqualTo(LARGE);
        assertThat(RunView.of(world.runs, export).outcomes())
                .filteredOn(outcome -> outcome.message() != null)
                .singleElement()
                .satisfies(outcome -> {
                    assertThat(outcome.artifact()).isEqualTo("large/app:1");
                    assertThat(outcome.status()).isEqualTo(ArtifactOutcome.Status.SUCCEEDED);
                    assertThat(outcome.message())
                            .startsWith("1 of 2 layers and configs were fetched by the storage service itself");
                });
        BlobProperties arrived = world.far.find(RunWorld.ARCHIVE).orElseThrow();
        assertThat(UnhashedContents.said(arrived.metadata())
                        .digests(Archive.open(world.far.open(arrived)).contents()))
                .containsExactly(layer);

        assertSucceeded(world.drained(world.startImport()));
        world.samples.assertArrived(world.target, NAMES);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void stepsMayComeTwiceAndEndEarlyAndStreamingMayTakeOver(int seed) throws IOException {
        RunWorld world = world(seed, 0.3);
        world.clock = new StepwiseClock(Duration.ofSeconds(1));
        world.stepTime = Duration.ofSeconds(60 + 5 * seed);
        // Each look at the clock is a second. The whole archive is one slice, so that steps end within the layer.
        world.settings = new TransferSettings(64 * 1024, 1 << 30);
        left.set(2 * seed);

        PipelineRun export = world.drained(world.startExport(NAMES));

        assertSucceeded(export);
        assertSucceeded(world.drained(world.startImport()));
        world.samples.assertArrived(world.target, NAMES);
    }

    private RunWorld world(int seed, double repeated) {
        RunWorld world = new RunWorld(seed, repeated, samples);
        world.near.fetchingFrom(address -> left.getAndDecrement() > 0
                ? samples.registry().blob(Digest.parse(address.getPath().substring(1)))
                : null);
        return world;
    }

    private static long copied(RunWorld world, PipelineRun run) throws IOException {
        return RunProgress.of(run.plan(), world.runs.slices(run.execution(), Leg.EXPORT, run.generation()))
                .bytesCopied();
    }
}

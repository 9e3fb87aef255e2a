package io.transship.core.pipeline.execution;

import static io.transship.core.pipeline.execution.RunWorld.assertSucceeded;
import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.archive.Archive;
import io.transship.core.pipeline.Pipeline;
import io.transship.core.pipeline.PipelineOption;
import io.transship.core.pipeline.request.RunCanceler;
import io.transship.core.pipeline.request.RunRetrier;
import io.transship.core.pipeline.request.RunView;
import io.transship.core.pipeline.run.Leg;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.RunChanges;
import io.transship.core.pipeline.run.RunStatus;
import io.transship.core.pipeline.run.Step;
import io.transship.core.storage.BlobName;
import io.transship.core.storage.BlobOperation;
import io.transship.core.storage.BlobProperties;
import io.transship.core.storage.FailingBlobContainer.Moment;
import io.transship.core.storage.StorageException;
import io.transship.core.storage.StorageException.Kind;
import io.transship.core.transfer.TransferSamples;
import io.transship.core.transfer.artifact.ArtifactOutcome;
import io.transship.core.transfer.artifact.ArtifactOutcome.Status;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a retry does again and what it leaves alone. */
@Timeout(20)
class RetryTest {

    private static final List<String> ALL = TransferSamples.ALL;
    private static final List<String> DAMAGED =
            List.of("team/app:1", "team/app:latest", "team/tools:1", "team/tools:amd64");

    private final RunWorld world = new RunWorld();

    RetryTest() throws IOException {}

    @Test
    void anExportThatSucceededInPartWritesTheRestToAnArchiveBesideTheFirst() throws IOException {
        PipelineRun export = exportedInPart();
        BlobProperties first = world.far.find(RunWorld.ARCHIVE).orElseThrow();

        PipelineRun again = world.drained(retry(export));

        assertSucceeded(again);
        assertThat(again.failedArtifacts()).isZero();
        assertThat(again.archive().value()).startsWith("release-retry-").endsWith(".tar");
        assertThat(artifactsOf(again.archive())).containsExactlyInAnyOrderElementsOf(DAMAGED);
        assertThat(world.far.find(RunWorld.ARCHIVE)).contains(first);
        assertAllSucceeded(again);
    }

    @Test
    void aRetryThatFailedBeforeItHadOutcomesIsTriedAgainForTheSameArtifacts() throws IOException {
        PipelineRun export = exportedInPart();
        Pipeline pipeline = Objects.requireNonNull(world.pipelines.remove(RunWorld.EXPORT));
        PipelineRun failed = world.drained(retry(export));
        assertThat(failed.status()).isEqualTo(RunStatus.FAILED);
        world.pipelines.put(RunWorld.EXPORT, pipeline);

        PipelineRun again = world.drained(retry(failed));

        assertSucceeded(again);
        assertThat(again.only()).containsExactlyInAnyOrderElementsOf(DAMAGED);
        assertThat(again.archive()).isEqualTo(failed.archive()).isNotEqualTo(RunWorld.ARCHIVE);
        assertThat(artifactsOf(again.archive())).containsExactlyInAnyOrderElementsOf(DAMAGED);
        assertAllSucceeded(again);
    }

    @Test
    void anImportThatSucceededInPartTriesOnlyWhatFailed() throws IOException {
        world.declareImport(PipelineOption.CONTINUE_ON_ERRORS);
        PipelineRun run = world.importOf(ALL);
        world.target.seed("team/app", "1", world.samples.artifacts().image(10), world.samples.artifacts());
        PipelineRun imported = world.drained(run);
        assertThat(imported.failedArtifacts()).isEqualTo(1);
        int uploads = world.target.uploads();
        int manifests = world.target.manifestPuts();
        world.declareImport(PipelineOption.CONTINUE_ON_ERRORS, PipelineOption.OVERWRITE_TAGS);

        PipelineRun again = world.drained(retry(imported));

        assertSucceeded(again);
        assertThat(again.only()).containsExactly("team/app:1");
        assertThat(world.target.uploads()).isEqualTo(uploads);
        assertThat(world.target.manifestPuts()).isEqualTo(manifests + 1);
        world.samples.assertArrived(world.target, ALL);
        assertAllSucceeded(again);
    }

    @Test
    void anExportThatFailedGoesOnWithWhatIsStaged() throws IOException {
        world.declareExport(false);
        AtomicInteger staged = new AtomicInteger();
        world.faults = (moment, operation, subject) -> {
            if (operation == BlobOperation.STAGE_BLOCK && moment == Moment.BEFORE && staged.incrementAndGet() > 3) {
                throw new StorageException(Kind.ACCESS_DENIED, "not any more");
            }
        };
        PipelineRun failed = world.drained(world.startExport(ALL));
        assertThat(failed.status()).isEqualTo(RunStatus.FAILED);
        long before = world.near.count(BlobOperation.STAGE_BLOCK);
        assertThat(before).isPositive();
        world.faults = (moment, operation, subject) -> {};

        PipelineRun again = world.drained(retry(failed));

        assertSucceeded(again);
        assertThat(again.archive()).isEqualTo(RunWorld.ARCHIVE);
        assertThat(RunView.of(world.runs, again).progress().bytesSaved()).isPositive();
        assertThat(RunView.of(world.runs, again).progress().bytesSent())
                .isLessThan(world.planOf(again).bytes());
    }

    @Test
    void aRelayThatFailedBeginsAgainWithTheRelay() throws IOException {
        AtomicInteger left = new AtomicInteger(1);
        world.faults = (moment, operation, subject) -> {
            boolean relaying = world.near.find(RunWorld.ARCHIVE).isPresent();
            if (operation == BlobOperation.STAGE_BLOCK && relaying && left.getAndDecrement() > 0) {
                throw new StorageException(Kind.ACCESS_DENIED, "the target is closed");
            }
        };
        PipelineRun failed = world.drained(world.startExport(ALL));
        assertThat(failed.status()).isEqualTo(RunStatus.FAILED);
        assertThat(failed.leg()).isEqualTo(Leg.RELAY);
        long staged = world.near.count(BlobOperation.STAGE_BLOCK);

        PipelineRun again = world.drained(retry(failed));

        assertSucceeded(again);
        assertThat(world.near.count(BlobOperation.STAGE_BLOCK)).isEqualTo(staged);
        assertThat(world.near.count(BlobOperation.COMMIT)).isEqualTo(1);
        assertThat(again.catalogDigest()).isEqualTo(failed.catalogDigest());
        assertThat(artifactsOf(RunWorld.ARCHIVE)).containsExactlyInAnyOrderElementsOf(ALL);
        assertAllSucceeded(again);
    }

    @Test
    void aCanceledRunCanBeRetried() throws IOException {
        PipelineRun export = world.startExport(ALL);
        world.runner().execute(Step.plan(export));
        PipelineRun canceled =
                new RunCanceler(world.runs, new RunChanges(world.runs, world.clock), world.clock).cancel(export.id());

        PipelineRun again = retry(canceled);

        // What is left of the canceled execution in the queue meets nothing.
        assertSucceeded(world.drained(again));
        assertThat(artifactsOf(RunWorld.ARCHIVE)).containsExactlyInAnyOrderElementsOf(ALL);
    }

    /** Exports with a damaged layer that four of five artifacts have, and mends it. */
    private PipelineRun exportedInPart() throws IOException {
        world.declareExport(true, PipelineOption.CONTINUE_ON_ERRORS);
        world.samples.damage(world.samples.shared().digest());
        PipelineRun export = world.drained(world.startExport(ALL));
        assertSucceeded(export);
        assertThat(export.failedArtifacts()).isEqualTo(DAMAGED.size());
        world.samples.registry().decorate(repository -> repository);
        return export;
    }

    private PipelineRun retry(PipelineRun run) throws IOException {
        return new RunRetrier(world.runs, world.queue, world.clock).retry(run.id());
    }

    private List<String> artifactsOf(BlobName archive) throws IOException {
        return Archive.open(world.far.open(world.far.find(archive).orElseThrow())).contents().artifacts().stream()
                .flatMap(artifact -> artifact.references().stream())
                .map(Object::toString)
                .toList();
    }

    private void assertAllSucceeded(PipelineRun run) throws IOException {
        List<ArtifactOutcome> outcomes = RunView.of(world.runs, run).outcomes();
        assertThat(outcomes).extracting(ArtifactOutcome::artifact).containsExactlyInAnyOrderElementsOf(ALL);
        assertThat(outcomes).extracting(ArtifactOutcome::status).containsOnly(Status.SUCCEEDED);
    }
}

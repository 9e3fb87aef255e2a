package io.transship.core.pipeline.execution;

import static io.transship.core.pipeline.execution.RunWorld.assertSucceeded;
import static io.transship.core.transfer.TransferSamples.ALL;
import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.pipeline.PipelineOption;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.VersionCondition;
import io.transship.core.pipeline.request.RunCanceler;
import io.transship.core.pipeline.request.RunRetrier;
import io.transship.core.pipeline.request.RunStarter;
import io.transship.core.pipeline.request.RunView;
import io.transship.core.pipeline.run.LegPlan;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.RunChanges;
import io.transship.core.pipeline.run.RunProgress;
import io.transship.core.pipeline.run.RunRequest;
import io.transship.core.pipeline.run.RunStatus;
import io.transship.core.pipeline.run.Step;
import io.transship.core.storage.BlobOperation;
import io.transship.core.storage.BlobProperties;
import io.transship.core.storage.WriteMode;
import io.transship.core.transfer.TransferSamples;
import io.transship.core.transfer.TransferSettings;
import io.transship.core.transfer.artifact.ArtifactOutcome;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs over what the target has already: they go from their plan to the seal. */
@Timeout(20)
class PresentAtTargetTest {

    private final RunWorld world = new RunWorld();
    private final AtomicInteger staged = new AtomicInteger();

    PresentAtTargetTest() throws IOException {
        world.declareExport(false, PipelineOption.OVERWRITE_BLOBS);
        world.faults = (moment, operation, subject) -> {
            if (operation == BlobOperation.STAGE_BLOCK) {
                staged.incrementAndGet();
            }
        };
    }

    @Test
    void anArchiveThatIsThereIsSealedAgainAndNotMoved() throws IOException {
        PipelineRun first = world.drained(export("first"));
        String version = world.near.find(RunWorld.ARCHIVE).orElseThrow().etag();
        staged.set(0);
        PipelineRun second = export("second");

        String done = world.runner().executeOn(Step.plan(second));

        PipelineRun now = world.now(second);
        assertSucceeded(now);
        assertThat(done.split("; then ")).as("plan and seal: " + done).hasSize(2);
        assertThat(staged).hasValue(0);
        assertThat(now.catalogDigest()).isEqualTo(first.catalogDigest());
        assertThat(world.near.find(RunWorld.ARCHIVE).orElseThrow().etag())
                .as("another version, so that its arrival is told")
                .isNotEqualTo(version);
        assertThatAllWasSaved(now);
    }

    @Test
    void anArchiveOfOtherBlocksIsMovedAfterAll() throws IOException {
        assertSucceeded(world.drained(export("first")));
        byte[] before = archive();
        staged.set(0);
        world.settings = new TransferSettings(128 * 1024, 192 * 1024);

        PipelineRun second = world.drained(export("second"));

        assertSucceeded(second);
        assertThat(staged).hasPositiveValue();
        assertThat(archive()).isEqualTo(before);
        LegPlan plan = world.planOf(second);
        assertThat(plan.slices()).isGreaterThan(1);
        assertThat(RunView.of(world.runs, second).progress().bytesDone()).isEqualTo(plan.bytes());
    }

    @Test
    void aRetryGoesOnWithWhatWasStagedForAnArchiveThatOnlySaysThatItIsThere() throws IOException {
        assertSucceeded(world.drained(export("first")));
        BlobProperties stored = world.near.find(RunWorld.ARCHIVE).orElseThrow();
        world.near.write(RunWorld.ARCHIVE, archive(), WriteMode.OVERWRITE, stored.metadata());
        PipelineRun second = export("second");
        world.runner().execute(Step.plan(second));
        world.runner().execute(Step.seal(world.now(second)));
        world.runner().execute(Step.move(world.now(second), 0));
        new RunCanceler(world.runs, new RunChanges(world.runs, world.clock), world.clock).cancel(second.id());
        staged.set(0);

        new RunRetrier(world.traced(), world.queue, world.clock).retry(second.id());

        assertSucceeded(world.drained(second));
        assertThat(staged).hasPositiveValue();
        assertThat(RunView.of(world.runs, world.now(second)).progress().slicesDone())
                .isEqualTo(world.planOf(second).slices());
    }

    @Test
    void whatThePlanLeadsToComesAgainWithThePlan() throws IOException {
        assertSucceeded(world.drained(export("first")));
        PipelineRun second = export("second");
        world.runner().execute(Step.plan(second));
        assertThat(world.now(second).status()).isEqualTo(RunStatus.SEALING);

        world.runner().execute(Step.plan(second));

        assertThat(world.queue.count(Step.seal(world.now(second)))).isEqualTo(2);
        assertSucceeded(world.drained(second));
    }

    @Test
    void artifactsThatAreThereAreNotMoved() throws IOException {
        world.declareExport(true);
        world.declareImport(PipelineOption.OVERWRITE_TAGS);
        assertSucceeded(world.drained(world.importOf(ALL)));
        int uploads = world.target.uploads();
        PipelineRun second = put("second", new RunRequest(RunWorld.IMPORT, List.of(), RunWorld.ARCHIVE));

        String done = world.runner().executeOn(Step.plan(second));

        PipelineRun now = world.now(second);
        assertSucceeded(now);
        assertThat(done.split("; then ")).as("plan and seal: " + done).hasSize(2);
        assertThat(world.target.uploads()).isEqualTo(uploads);
        assertThatAllWasSaved(now);
        assertThat(RunView.of(world.runs, now).outcomes())
                .hasSize(ALL.size())
                .allMatch(outcome -> outcome.status() == ArtifactOutcome.Status.SKIPPED);
    }

    @Test
    void oneArtifactMoreIsMoved() throws IOException {
        world.declareExport(true);
        assertSucceeded(world.drained(world.importOf(ALL.subList(0, 1))));
        world.declareExport(true, PipelineOption.OVERWRITE_BLOBS);
        assertSucceeded(world.drained(export("more")));

        PipelineRun more = world.drained(world.startImport());

        assertSucceeded(more);
        assertThat(world.planOf(more).present()).isFalse();
        assertThat(TransferSamples.tags(world.target)).hasSameSizeAs(ALL);
    }

    private void assertThatAllWasSaved(PipelineRun run) throws IOException {
        LegPlan plan = world.planOf(run);
        assertThat(RunView.of(world.runs, run).progress())
                .isEqualTo(new RunProgress(plan.slices(), plan.contents(), plan.bytes(), 0, plan.bytes(), 0));
        assertThat(plan.bytes()).isPositive();
    }

    private byte[] archive() throws IOException {
        BlobProperties archive = world.near.find(RunWorld.ARCHIVE).orElseThrow();
        try (InputStream bytes = world.near.open(archive).open(0, archive.length())) {
            return bytes.readAllBytes();
        }
    }

    private PipelineRun export(String name) throws IOException {
        return put(name, new RunRequest(RunWorld.EXPORT, ALL, RunWorld.ARCHIVE));
    }

    private PipelineRun put(String name, RunRequest request) throws IOException {
        ResourceId id = request.pipeline().sibling(ResourceId.Type.PIPELINE_RUN, name);
        return new RunStarter(world.traced(), world.queue, world.clock)
                .put(id, request, new VersionCondition.Any())
                .run()
                .run();
    }
}

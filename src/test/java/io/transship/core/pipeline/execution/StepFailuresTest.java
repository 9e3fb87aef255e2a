package io.transship.core.pipeline.execution;

import static io.transship.core.pipeline.execution.RunWorld.assertSucceeded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.transship.core.archive.Archive;
import io.transship.core.archive.MissingArtifact;
import io.transship.core.pipeline.PipelineOption;
import io.transship.core.pipeline.request.RunView;
import io.transship.core.pipeline.run.ExecutionId;
import io.transship.core.pipeline.run.Leg;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.RunRequest;
import io.transship.core.pipeline.run.RunStatus;
import io.transship.core.pipeline.run.Step;
import io.transship.core.storage.BlobOperation;
import io.transship.core.storage.FailingBlobContainer;
import io.transship.core.storage.FailingBlobContainer.Moment;
import io.transship.core.storage.SecretException;
import io.transship.core.storage.StorageException;
import io.transship.core.storage.StorageException.Kind;
import io.transship.core.storage.WriteMode;
import io.transship.core.transfer.TransferSamples;
import io.transship.core.transfer.artifact.ArtifactOutcome;
import io.transship.core.transfer.artifact.ArtifactOutcome.Status;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a run when a step fails. */
@Timeout(20)
class StepFailuresTest {

    private static final List<String> ALL = TransferSamples.ALL;

    private final RunWorld world = new RunWorld();

    StepFailuresTest() throws IOException {}

    @Test
    void aPassingFailureIsNotedAndTriedAgain() throws IOException {
        PipelineRun export = world.startExport(ALL);
        world.faults = failing(BlobOperation.FIND, Kind.UNAVAILABLE, 1);

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> world.runner().execute(Step.plan(export)))
                .withMessageContaining("FIND did not work");

        PipelineRun troubled = world.now(export);
        assertThat(troubled.status()).isEqualTo(RunStatus.PLANNING);
        assertThat(troubled.message()).contains("FIND did not work");
        PipelineRun done = world.drained(export);
        assertSucceeded(done);
        assertThat(done.message()).isNull();
    }

    @Test
    void aFailureForGoodEndsTheRunWithItsMessage() throws IOException {
        PipelineRun export = world.startExport(List.of("nowhere:1"));

        assertThat(world.runner().execute(Step.plan(export))).contains("failed", "nowhere:1");

        PipelineRun failed = world.now(export);
        assertThat(failed.status()).isEqualTo(RunStatus.FAILED);
        assertThat(failed.message()).startsWith("1 of 1 artifacts cannot be exported: ");
        assertThat(failed.times().finishedAt()).isAfterOrEqualTo(failed.times().createdAt());
        assertThat(world.runner().execute(Step.plan(export))).startsWith("ignored plan step of export run 'release'");
    }

    @Test
    void aStepThatFailsAgainAndAgainIsGivenUp() throws IOException {
        world.faults = failing(BlobOperation.STAGE_BLOCK, Kind.UNAVAILABLE, Integer.MAX_VALUE);

        PipelineRun failed = world.drained(world.startExport(ALL));

        assertThat(failed.status()).isEqualTo(RunStatus.FAILED);
        assertThat(failed.message())
                .startsWith("gave up on the move step of export run 'release', slice")
                .endsWith("the last one failed: writing to target: STAGE_BLOCK did not work");
        world.runner()
                .giveUp(new Step(
                        new ExecutionId(RunWorld.EXPORT, world.clock.instant()), Leg.EXPORT, Step.Kind.PLAN, 0, -1));
    }

    @Test
    void givingUpAStepThatTheRunHasGotPastEndsNothing() throws Exception {
        PipelineRun export = world.startExport(ALL);
        PipelineRunner runner = world.runner();
        while (world.now(export).leg() == Leg.EXPORT) {
            world.queue.work(runner, world.fate);
        }

        runner.giveUp(new Step(export.execution(), Leg.EXPORT, Step.Kind.MOVE, 0, 0));

        assertThat(world.now(export).status().isFinal()).isFalse();
        assertSucceeded(world.drained(export));
    }

    @Test
    void aSlowPlannerThatFindsTheArchiveOfFasterOnesEndsNothing() throws IOException {
        PipelineRun export = world.startExport(ALL);
        AtomicInteger finds = new AtomicInteger();
        world.faults = (moment, operation, subject) -> {
            if (operation == BlobOperation.FIND && moment == Moment.BEFORE && finds.getAndIncrement() == 0) {
                // Others do everything while this one only begins to plan.
                world.drainAll();
            }
        };

        assertThat(world.runner().execute(Step.plan(export))).contains("Succeeded");

        assertSucceeded(world.now(export));
    }

    @Test
    void staleStepsAreIgnored() throws IOException {
        PipelineRun export = world.startExport(ALL);
        PipelineRunner runner = world.runner();
        runner.execute(Step.plan(export));
        PipelineRun moving = world.now(export);

        for (Step stale : List.of(
                new Step(export.execution(), Leg.EXPORT, Step.Kind.MOVE, 1, 0),
                new Step(export.execution(), Leg.RELAY, Step.Kind.SEAL, 0, -1),
                new Step(export.execution(), Leg.IMPORT, Step.Kind.PLAN, 0, -1))) {
            assertThat(runner.execute(stale)).startsWith("ignored ");
        }
        assertThat(runner.execute(Step.plan(PipelineRun.queued(
                        RunWorld.EXPORT,
                        new RunRequest(RunWorld.EXPORT, ALL, RunWorld.ARCHIVE),
                        world.clock.instant(),
                        null))))
                .contains("there is no such run");
        assertThat(world.now(export)).isEqualTo(moving);
    }

    @Test
    void aSealThatComesTooEarlyMovesWhatIsMissing() throws IOException {
        PipelineRun export = world.startExport(ALL);
        PipelineRunner runner = world.runner();
        runner.execute(Step.plan(export));

        assertThat(runner.execute(Step.seal(world.now(export))))
                .contains("moves")
                .contains("again");

        assertThat(world.now(export).status()).isEqualTo(RunStatus.MOVING);
        assertSucceeded(world.drained(export));
    }

    @Test
    void plansAgainWithoutWhatIsBrokenIfErrorsDoNotStopIt() throws IOException {
        world.declareExport(false, PipelineOption.CONTINUE_ON_ERRORS);
        world.samples.damage(world.samples.shared().digest());

        PipelineRun export = world.drained(world.startExport(ALL));

        assertSucceeded(export);
        assertThat(export.generation()).isEqualTo(1);
        assertThat(export.failedArtifacts()).isEqualTo(4);
        assertThat(export.message()).startsWith("4 of 5 artifacts failed: ").contains("content is damaged");
        Archive archive =
                Archive.open(world.near.open(world.near.find(RunWorld.ARCHIVE).orElseThrow()));
        assertThat(archive.contents().artifacts()).hasSize(1);
        assertThat(archive.contents().missing())
                .extracting(MissingArtifact::artifact)
                .doesNotContain("charts/hello:2");
        assertThat(RunView.of(world.runs, export).outcomes())
                .filteredOn(outcome -> outcome.status() == Status.SUCCEEDED)
                .extracting(ArtifactOutcome::artifact)
                .containsExactly("charts/hello:2");
    }

    @Test
    void brokenContentEndsARunThatErrorsStop() throws IOException {
        world.samples.damage(world.samples.chartLayer().digest());

        PipelineRun export = world.drained(world.startExport(ALL));

        assertThat(export.status()).isEqualTo(RunStatus.FAILED);
        assertThat(export.message())
                .contains(world.samples.chartLayer().digest().toString());
        assertThat(world.near.find(RunWorld.ARCHIVE)).isEmpty();
    }

    @Test
    void aRefusedSasIsReadAgainAndTheStepTriedAgainIfItChanged() throws IOException {
        AtomicInteger renewals = new AtomicInteger();
        world.secrets = () -> renewals.incrementAndGet() == 1;
        world.faults = failing(BlobOperation.STAGE_BLOCK, Kind.ACCESS_DENIED, 1);
        assertSucceeded(world.drained(world.startExport(ALL)));
        assertThat(renewals).hasValue(1);

        RunWorld unchanged = new RunWorld();
        unchanged.secrets = () -> false;
        unchanged.faults = failing(BlobOperation.STAGE_BLOCK, Kind.ACCESS_DENIED, 1);
        PipelineRun failed = unchanged.drained(unchanged.startExport(ALL));
        assertThat(failed.status()).isEqualTo(RunStatus.FAILED);
        assertThat(failed.message()).contains("STAGE_BLOCK did not work");
    }

    @Test
    void aRefusedSasIsNoReasonToFailWhileNobodyCanTellWhetherItWasReplaced() throws IOException {
        world.secrets = () -> {
            throw new SecretException(SecretException.Kind.UNAVAILABLE, "the vault is closed", null);
        };
        world.faults = failing(BlobOperation.STAGE_BLOCK, Kind.ACCESS_DENIED, 1);

        assertSucceeded(world.drained(world.startExport(ALL)));
    }

    @Test
    void deletesTheSourceOnlyWhenNothingFailed() throws IOException {
        world.declareImport(PipelineOption.DELETE_SOURCE_BLOB_ON_SUCCESS, PipelineOption.CONTINUE_ON_ERRORS);
        PipelineRun run = world.importOf(ALL);
        world.target.seed("team/app", "1", world.samples.artifacts().image(10), world.samples.artifacts());

        PipelineRun imported = world.drained(run);

        assertSucceeded(imported);
        assertThat(imported.failedArtifacts()).isEqualTo(1);
        assertThat(imported.message()).startsWith("1 of 5 artifacts failed: team/app:1: tag 'team/app:1' exists");
        assertThat(world.far.find(RunWorld.ARCHIVE)).isPresent();
    }

    @Test
    void keepsASourceThatWasReplacedMeanwhile() throws IOException {
        world.declareImport(PipelineOption.DELETE_SOURCE_BLOB_ON_SUCCESS);
        PipelineRun run = world.importOf(ALL);
        world.faults = (moment, operation, subject) -> {
            if (operation == BlobOperation.DELETE && moment == Moment.BEFORE) {
                world.far.write(RunWorld.ARCHIVE, new byte[7], WriteMode.OVERWRITE, Map.of());
            }
        };

        PipelineRun imported = world.drained(run);

        assertThat(imported.status()).isEqualTo(RunStatus.SUCCEEDED);
        assertThat(imported.message()).startsWith("done, but the archive was not deleted: ");
        assertThat(world.far.find(RunWorld.ARCHIVE).orElseThrow().length()).isEqualTo(7);
    }

    @Test
    void aPipelineThatIsGoneEndsItsRuns() throws IOException {
        PipelineRun export = world.startExport(ALL);
        world.pipelines.clear();

        PipelineRun failed = world.drained(export);

        assertThat(failed.status()).isEqualTo(RunStatus.FAILED);
        assertThat(failed.message()).contains("does not exist any more; declare it again");
    }

    private static FailingBlobContainer.Faults failing(BlobOperation failing, Kind kind, int times) {
        AtomicInteger left = new AtomicInteger(times);
        return (moment, operation, subject) -> {
            if (operation == failing && moment == Moment.BEFORE && left.getAndDecrement() > 0) {
                throw new StorageException(kind, operation + " did not work");
            }
        };
    }
}

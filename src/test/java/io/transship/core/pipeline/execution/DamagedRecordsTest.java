package io.transship.core.pipeline.execution;

import static io.transship.core.pipeline.execution.RunWorld.assertSucceeded;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.pipeline.Pipeline;
import io.transship.core.pipeline.PipelineOption;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.request.RunCanceler;
import io.transship.core.pipeline.request.RunRetrier;
import io.transship.core.pipeline.request.RunView;
import io.transship.core.pipeline.run.Leg;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.RunChanges;
import io.transship.core.pipeline.run.RunProgress;
import io.transship.core.pipeline.run.RunStatus;
import io.transship.core.pipeline.run.Step;
import io.transship.core.storage.BlobOperation;
import io.transship.core.storage.FailingBlobContainer.Moment;
import io.transship.core.storage.StorageException;
import io.transship.core.storage.StorageException.Kind;
import io.transship.core.transfer.TransferSamples;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever becomes of what the app keeps of a run: it ends and says so, or recovers; it never goes on for ever. */
@Timeout(20)
class DamagedRecordsTest {

    private static final List<String> ALL = TransferSamples.ALL;

    private final RunWorld world = new RunWorld();

    DamagedRecordsTest() throws IOException {}

    @ParameterizedTest(name = "{0} of an {1}: {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "export-plan-0   | EXPORT | {\"half\": ",
                "export-plan-0   | EXPORT | garbage",
                "export-plan-0   | EXPORT | ''",
                "import-contents | IMPORT | garbage",
                "import-contents | IMPORT | {}",
                "import-archive  | IMPORT | garbage",
                "import-archive  | IMPORT | null",
                "import-archive  | IMPORT | []",
            })
    void aDamagedDocumentEndsTheRunAtOnceAndARetryMakesAnotherOne(String document, Leg leg, String content)
            throws IOException {
        PipelineRun moving = planned(leg);
        world.runs.damageDocument(moving.execution(), document, content.getBytes(UTF_8));

        world.runner().execute(Step.move(moving, 0));

        PipelineRun failed = world.now(moving);
        assertThat(failed.status()).isEqualTo(RunStatus.FAILED);
        assertThat(failed.message())
                .startsWith("document '%s' of %s in the app's storage account is damaged: "
                        .formatted(document, moving.label()))
                .endsWith("; retry the run, which makes another one")
                .doesNotContain("gave up");
        world.drainAll();
        assertSucceeded(world.drained(retry(failed)));
    }

    @ParameterizedTest
    @CsvSource({"export-plan-0, EXPORT", "import-contents, IMPORT", "import-archive, IMPORT"})
    void aLostDocumentEndsTheRunAtOnceAndARetryMakesAnotherOne(String document, Leg leg) throws IOException {
        PipelineRun moving = planned(leg);
        world.runs.loseDocument(moving.execution(), document);

        world.runner().execute(Step.move(moving, 0));

        PipelineRun failed = world.now(moving);
        assertThat(failed.status()).isEqualTo(RunStatus.FAILED);
        assertThat(failed.message())
                .isEqualTo(
                        "%s has lost its document '%s' in the app's storage account; retry the run, which makes another one"
                                .formatted(moving.label(), document));
        world.drainAll();
        assertSucceeded(world.drained(retry(failed)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"garbage", ""})
    void aDamagedPlanOfARelayEndsTheRunAtOnce(String content) throws Exception {
        PipelineRun export = world.startExport(ALL);
        PipelineRunner runner = world.runner();
        while (world.now(export).leg() != Leg.RELAY || world.now(export).plan() == null) {
            world.queue.work(runner, world.fate);
        }
        world.runs.damageDocument(export.execution(), "relay-plan", content.getBytes(UTF_8));

        PipelineRun failed = world.drained(export);

        assertThat(failed.status()).isEqualTo(RunStatus.FAILED);
        assertThat(failed.message()).startsWith("document 'relay-plan' of relay run 'release'");
        assertSucceeded(world.drained(retry(failed)));
    }

    @Test
    void aDamagedSliceIsMovedAgain() throws IOException {
        PipelineRun moving = planned(Leg.EXPORT);
        world.runner().execute(Step.move(moving, 0));
        world.runs.damageSlice(moving.execution(), Leg.EXPORT, 0, 0);
        assertThat(RunView.of(world.runs, moving).progress()).isEqualTo(RunProgress.NONE);
        // What the sweep over runs that stand still does.
        world.queue.enqueue(Step.move(moving, 0));

        assertSucceeded(world.drained(moving));
    }

    @Test
    void aRunWithADamagedSliceCanBeCanceled() throws IOException {
        PipelineRun moving = planned(Leg.EXPORT);
        world.runner().execute(Step.move(moving, 0));
        world.runs.damageSlice(moving.execution(), Leg.EXPORT, 0, 0);

        PipelineRun canceled =
                new RunCanceler(world.runs, new RunChanges(world.runs, world.clock), world.clock).cancel(moving.id());

        assertThat(canceled.status()).isEqualTo(RunStatus.CANCELED);
    }

    @Test
    void aRunWhoseOutcomesAreDamagedIsShownWithoutThem() throws IOException {
        PipelineRun export = world.drained(world.startExport(ALL));
        world.runs.damageDocument(export.execution(), "outcomes", "garbage".getBytes(UTF_8));

        assertThat(RunView.of(world.runs, export).outcomes()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Leg.class)
    void aPipelineThatIsDeletedOnTheWayEndsTheRun(Leg leg) throws Exception {
        PipelineRun run = leg == Leg.IMPORT ? world.importOf(ALL) : world.startExport(ALL);
        PipelineRunner runner = world.runner();
        while (world.now(run).leg() != leg || world.now(run).status() != RunStatus.MOVING) {
            world.queue.work(runner, world.fate);
        }
        world.pipelines.clear();

        PipelineRun failed = world.drained(run);

        assertThat(failed.status()).isEqualTo(RunStatus.FAILED);
        assertThat(failed.message()).contains("does not exist any more; declare it again");
    }

    @ParameterizedTest
    @EnumSource(Step.Kind.class)
    void aPoisonMessageEndsTheRunWithTheReasonOfItsLastAttempt(Step.Kind kind) throws Exception {
        world.declareExport(false);
        PipelineRun run = world.startExport(ALL);
        PipelineRunner runner = world.runner();
        RunStatus status = switch (kind) {
            case PLAN -> RunStatus.QUEUED;
            case MOVE -> RunStatus.MOVING;
            case SEAL -> RunStatus.SEALING;
        };
        while (world.now(run).status() != status) {
            world.queue.work(runner, world.fate);
        }
        world.faults = (moment, operation, subject) -> {
            throw new StorageException(Kind.UNAVAILABLE, "the service is away");
        };

        PipelineRun failed = world.drained(run);

        assertThat(failed.status()).isEqualTo(RunStatus.FAILED);
        assertThat(failed.message())
                .startsWith("gave up on the %s step of export run 'release'"
                        .formatted(kind.name().toLowerCase(Locale.ROOT)))
                .endsWith("the service is away");
    }

    @ParameterizedTest
    @EnumSource(Step.Kind.class)
    void aPoisonMessageThatWasNeverSeenByAWorkerEndsTheRunToo(Step.Kind kind) throws IOException {
        PipelineRun moving = planned(Leg.EXPORT);
        Step step = switch (kind) {
            case PLAN -> Step.plan(moving);
            case MOVE -> Step.move(moving, 1);
            case SEAL -> Step.seal(moving);
        };

        world.runner().giveUp(step);

        assertThat(world.now(moving).status()).isEqualTo(RunStatus.FAILED);
        assertThat(world.now(moving).message()).startsWith("gave up on the " + step);
    }

    @Test
    void aRunThatOthersChangeAllTheTimeEndsAllTheSame() throws IOException {
        PipelineRun run = world.startExport(ALL);
        RunChanges others = new RunChanges(world.runs, world.clock);
        AtomicInteger changes = new AtomicInteger();
        world.faults = (moment, operation, subject) -> {
            if (moment == Moment.BEFORE) {
                others.apply(
                        run.execution(),
                        now -> now.status().isFinal() ? now : now.troubled("note " + changes.incrementAndGet()));
            }
        };

        assertSucceeded(world.drained(run));
        assertThat(changes).hasPositiveValue();
    }

    @Test
    void aSecondSealAfterTheEndSaysNothingOfAnArchiveThatAnExportNeverDeletes() throws IOException {
        PipelineRun export = world.drained(world.startExport(ALL));
        Pipeline gone = Objects.requireNonNull(world.pipelines.remove(RunWorld.EXPORT));
        assertThat(gone.id().type()).isEqualTo(ResourceId.Type.EXPORT_PIPELINE);

        assertThat(world.runner().execute(Step.seal(export))).startsWith("ignored ");

        assertThat(world.now(export)).isEqualTo(export);
    }

    @Test
    void deletingTheSourceIsTriedAgainAfterAPassingFailure() throws IOException {
        world.declareImport(PipelineOption.DELETE_SOURCE_BLOB_ON_SUCCESS);
        PipelineRun run = world.importOf(ALL);
        AtomicInteger left = new AtomicInteger(2);
        world.faults = (moment, operation, subject) -> {
            if (operation == BlobOperation.DELETE && moment == Moment.BEFORE && left.getAndDecrement() > 0) {
                throw new StorageException(Kind.UNAVAILABLE, "the service is away");
            }
        };

        PipelineRun imported = world.drained(run);

        assertSucceeded(imported);
        assertThat(world.far.find(RunWorld.ARCHIVE)).isEmpty();
        assertThat(imported.message()).isNull();
    }

    private PipelineRun planned(Leg leg) throws IOException {
        PipelineRun run = leg == Leg.IMPORT ? world.importOf(ALL) : world.startExport(ALL);
        world.runner().execute(Step.plan(run));
        return world.now(run);
    }

    private PipelineRun retry(PipelineRun run) throws IOException {
        return new RunRetrier(world.runs, world.queue, world.clock).retry(run.id());
    }
}

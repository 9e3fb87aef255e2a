package io.transship.core.pipeline.execution;

import static io.transship.core.pipeline.execution.RunWorld.assertSucceeded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.transship.core.pipeline.PipelineOption;
import io.transship.core.pipeline.ResourceConflictException;
import io.transship.core.pipeline.ResourceConflictException.Kind;
import io.transship.core.pipeline.request.RunCanceler;
import io.transship.core.pipeline.request.RunView;
import io.transship.core.pipeline.run.Leg;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.RunChanges;
import io.transship.core.pipeline.run.RunStatus;
import io.transship.core.pipeline.run.Step;
import io.transship.core.storage.BlobOperation;
import io.transship.core.storage.FailingBlobContainer.Moment;
import io.transship.core.transfer.TransferSamples;
import io.transship.core.transfer.TransferSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A run is canceled at each call of its workers in turn: either that is done and nothing becomes visible, or it is refused and
 * the run succeeds.
 */
@Timeout(60)
class CancelTest {

    private static final List<String> SOME = List.of("charts/hello:2", "team/app:1");
    private static final int MANY = 1000;

    private final TransferSamples samples = new TransferSamples();

    CancelTest() throws IOException {}

    /** What the request to cancel met, at one moment. */
    private record Attempt(boolean asked, boolean accepted, RunStatus before, Leg leg) {}

    @ParameterizedTest(name = "relay: {0}")
    @ValueSource(booleans = {false, true})
    void anExportIsCanceledWithNoArchiveOrSucceeds(boolean relay) throws IOException {
        Set<RunStatus> met = EnumSet.noneOf(RunStatus.class);
        Set<Leg> legs = EnumSet.noneOf(Leg.class);
        boolean refused = false;
        for (int moment = 1; ; moment++) {
            assertThat(moment).isLessThan(MANY);
            RunWorld world = world(moment);
            world.declareExport(relay);
            PipelineRun export = world.startExport(SOME);

            Attempt attempt = cancelAt(moment, world, export);

            if (!attempt.asked()) {
                break;
            }
            PipelineRun ended = world.now(export);
            boolean visible =
                    (relay ? world.far : world.near).find(RunWorld.ARCHIVE).isPresent();
            if (attempt.accepted()) {
                met.add(attempt.before());
                legs.add(attempt.leg());
                assertThat(ended.status()).as("moment %d", moment).isEqualTo(RunStatus.CANCELED);
                assertThat(visible).as("archive after moment %d", moment).isFalse();
                assertThat(world.near.find(RunWorld.ARCHIVE).isPresent())
                        .as("archive before the relay, moment %d, %s", moment, ended.leg())
                        .isEqualTo(ended.leg() == Leg.RELAY);
                assertThat(ended.message()).startsWith("canceled by request");
            } else {
                refused = true;
                assertSucceeded(ended);
                assertThat(visible).isTrue();
            }
        }
        assertThat(refused).isTrue();
        assertThat(met).contains(RunStatus.QUEUED, RunStatus.PLANNING, RunStatus.MOVING, RunStatus.SEALING);
        assertThat(legs).hasSize(relay ? 2 : 1);
    }

    @Test
    void anImportIsCanceledWithNoTagOrSucceeds() throws IOException {
        Set<RunStatus> met = EnumSet.noneOf(RunStatus.class);
        boolean refused = false;
        for (int moment = 1; ; moment++) {
            assertThat(moment).isLessThan(MANY);
            RunWorld world = world(moment);
            world.declareImport(PipelineOption.DELETE_SOURCE_BLOB_ON_SUCCESS);
            PipelineRun imported = world.importOf(SOME);

            Attempt attempt = cancelAt(moment, world, imported);

            if (!attempt.asked()) {
                break;
            }
            PipelineRun ended = world.now(imported);
            if (attempt.accepted()) {
                met.add(attempt.before());
                assertThat(ended.status()).as("moment %d", moment).isEqualTo(RunStatus.CANCELED);
                assertThat(tags(world)).as("tags after moment %d", moment).isEmpty();
                assertThat(world.far.find(RunWorld.ARCHIVE)).isPresent();
                assertThat(ended.message()).startsWith("canceled by request");
            } else {
                refused = true;
                assertSucceeded(ended);
                assertThat(tags(world)).containsExactlyElementsOf(SOME);
            }
        }
        assertThat(refused).isTrue();
        assertThat(met).contains(RunStatus.QUEUED, RunStatus.PLANNING, RunStatus.MOVING, RunStatus.SEALING);
    }

    @Test
    void itIsTooLateWhenTheResultIsJustAppearing() throws IOException {
        RunWorld world = world(1);
        world.declareExport(false);
        PipelineRun export = world.startExport(SOME);
        world.faults = (moment, operation, subject) -> {
            if (operation == BlobOperation.COMMIT && moment == Moment.BEFORE) {
                assertThatExceptionOfType(ResourceConflictException.class)
                        .isThrownBy(() -> canceler(world).cancel(export.id()))
                        .withMessageContaining("is making its result visible and cannot be canceled any more")
                        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.WRONG_STATE));
            }
        };

        assertSucceeded(world.drained(export));
    }

    @Test
    void theAccountSaysWhatWasDoneAndWhatBecomesOfIt() throws IOException {
        RunWorld world = world(1);
        PipelineRun export = world.startExport(SOME);
        world.runner().execute(Step.plan(export));
        world.runner().execute(Step.move(world.now(export), 0));
        long bytes = RunView.of(world.runs, world.now(export)).progress().bytesDone();

        PipelineRun canceled = canceler(world).cancel(export.id());

        assertThat(canceled.message())
                .contains("while it was Moving: no archive 'release.tar' was made")
                .contains("%,d bytes of it are staged at the source container".formatted(bytes));
        assertThat(canceled.progress()).isNotNull();
        assertThat(canceler(world).cancel(export.id())).isEqualTo(canceled);
        assertThat(world.drained(export)).isEqualTo(canceled);
    }

    /** Works to the end while someone cancels at a moment. */
    private static Attempt cancelAt(int moment, RunWorld world, PipelineRun run) throws IOException {
        AtomicReference<Attempt> attempt = new AtomicReference<>(new Attempt(false, false, run.status(), run.leg()));
        world.fate.surpriseAt(moment, () -> {
            try {
                PipelineRun before = world.now(run);
                attempt.set(new Attempt(true, false, before.status(), before.leg()));
                canceler(world).cancel(run.id());
                attempt.set(new Attempt(true, true, before.status(), before.leg()));
            } catch (ResourceConflictException e) {
                assertThat(e.kind()).isEqualTo(Kind.WRONG_STATE);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        world.drainAll();
        world.fate.surpriseAt(Long.MAX_VALUE, () -> {});
        return attempt.get();
    }

    private static List<String> tags(RunWorld world) throws IOException {
        return TransferSamples.tags(world.target).stream()
                .filter(tag -> !tag.contains("sha256"))
                .toList();
    }

    private static RunCanceler canceler(RunWorld world) {
        return new RunCanceler(world.runs, new RunChanges(world.runs, world.clock), world.clock);
    }

    private RunWorld world(int seed) {
        RunWorld world = new RunWorld(seed, 0, samples);
        world.settings = new TransferSettings(128 * 1024, 128 * 1024);
        return world;
    }
}

package io.transship.core.pipeline.execution;

import static io.transship.core.pipeline.execution.RunWorld.assertSucceeded;
import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.archive.Archive;
import io.transship.core.pipeline.PipelineOption;
import io.transship.core.pipeline.request.RunView;
import io.transship.core.pipeline.run.Leg;
import io.transship.core.pipeline.run.LegPlan;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.PipelineRuns;
import io.transship.core.pipeline.run.RunStatus;
import io.transship.core.pipeline.run.SliceProgress;
import io.transship.core.pipeline.run.Step;
import io.transship.core.storage.BlobOperation;
import io.transship.core.storage.BlobProperties;
import io.transship.core.storage.WriteMode;
import io.transship.core.transfer.StepwiseClock;
import io.transship.core.transfer.TransferSamples;
import io.transship.core.transfer.TransferSettings;
import io.transship.core.transfer.artifact.ArtifactOutcome;
import io.transship.core.transfer.artifact.ArtifactOutcome.Status;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole runs to their end, with nothing but the queue against them. */
@Timeout(60)
class PipelineRunnerTest {

    private static final List<String> ALL = TransferSamples.ALL;

    static IntStream seeds() {
        return IntStream.range(0, 25);
    }

    @Test
    void exportsRelaysAndImports() throws IOException {
        RunWorld world = new RunWorld();

        PipelineRun export = world.drained(world.startExport(ALL));

        assertSucceeded(export);
        assertThat(export.leg()).isEqualTo(Leg.RELAY);
        assertThat(export.message()).isNull();
        assertThat(export.times().startedAt())
                .isBetween(export.times().createdAt(), export.times().finishedAt());
        BlobProperties arrived = world.far.find(RunWorld.ARCHIVE).orElseThrow();
        assertThat(Archive.open(world.far.open(arrived)).contents().artifacts()).hasSize(4);

        PipelineRun imported = world.drained(world.startImport());

        assertSucceeded(imported);
        assertThat(imported.times().triggeredAt()).isNotNull();
        world.samples.assertArrived(world.target, ALL);
        assertThat(world.far.find(RunWorld.ARCHIVE)).contains(arrived);
        RunView view = RunView.of(world.runs, imported);
        assertThat(view.outcomes()).extracting(ArtifactOutcome::artifact).containsExactlyInAnyOrderElementsOf(ALL);
        assertThat(view.outcomes()).allMatch(outcome -> outcome.status() == Status.SUCCEEDED);
        assertThat(view.progress().slicesDone())
                .isEqualTo(world.planOf(imported).slices())
                .isGreaterThanOrEqualTo(3);
        assertThat(view.progress().bytesDone()).isEqualTo(world.planOf(imported).bytes());
        assertThat(view.progress().bytesSent()).isEqualTo(world.planOf(imported).bytes());
        assertThat(view.progress().bytesSaved()).isZero();
    }

    @Test
    void showsTheProgressOfTheLegThatItIsOn() throws IOException {
        RunWorld world = new RunWorld();
        world.clock = new StepwiseClock(Duration.ofSeconds(1));
        PipelineRun export = world.startExport(ALL);
        PipelineRunner runner = world.runner();
        runner.execute(Step.plan(export));

        PipelineRun moving = world.now(export);
        LegPlan plan = world.planOf(export);
        assertThat(moving.status()).isEqualTo(RunStatus.MOVING);
        assertThat(plan.slices()).isGreaterThanOrEqualTo(3);
        assertThat(plan.artifacts()).isEqualTo(ALL.size());
        assertThat(moving.catalogDigest()).startsWith("sha256:");

        runner.execute(Step.move(moving, 1));

        RunView view = RunView.of(world.runs, world.now(export));
        assertThat(view.progress().slicesDone()).isEqualTo(1);
        assertThat(view.progress().bytesDone())
                .isEqualTo(view.progress().bytesSent())
                .isBetween(1L, plan.bytes() - 1);
        assertThat(world.uses).as("nothing was known of the pace yet").containsOnly(Duration.ZERO);

        PipelineRun further = world.now(export);
        Instant before = world.clock.instant();
        runner.execute(Step.move(further, 0));

        // A SAS has to last for what is left at the pace of the first slice.
        Duration left = view.timeLeft(before).orElseThrow();
        assertThat(left).isPositive();
        assertThat(world.uses.getLast()).isBetween(left, left.multipliedBy(2));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void endsRightInWhateverOrderAndHoweverOftenStepsCome(int seed) throws IOException {
        RunWorld world = new RunWorld(seed, 0.6);
        world.declareImport(PipelineOption.DELETE_SOURCE_BLOB_ON_SUCCESS);

        PipelineRun export = world.drained(world.startExport(ALL));
        assertSucceeded(export);
        long blocks = world.planOf(export).bytes();
        assertThat(world.far.find(RunWorld.ARCHIVE).orElseThrow().length()).isEqualTo(blocks);
        assertThat(world.near.count(BlobOperation.COMMIT)).isEqualTo(1);
        assertThat(world.far.count(BlobOperation.COMMIT)).isEqualTo(1);

        PipelineRun imported = world.drained(world.startImport());
        assertSucceeded(imported);
        world.samples.assertArrived(world.target, ALL);
        assertThat(world.far.find(RunWorld.ARCHIVE)).isEmpty();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void endsRightWithManyWorkersAtOnce(int seed) throws Exception {
        RunWorld world = new RunWorld(seed, 0.8);
        PipelineRun export = world.startExport(ALL);

        workAtOnce(world, 6);
        assertSucceeded(world.now(export));
        PipelineRun imported = world.startImport();
        workAtOnce(world, 6);

        assertSucceeded(world.now(imported));
        world.samples.assertArrived(world.target, ALL);
    }

    @Test
    void oneOfTwoWorkersThatFindEverythingMovedEnqueuesTheSeal() throws Exception {
        RunWorld world = new RunWorld();
        PipelineRun export = world.startExport(ALL);
        PipelineRunner runner = world.runner();
        runner.execute(Step.plan(export));
        PipelineRun moving = world.now(export);
        int last = world.planOf(export).slices() - 1;
        for (int slice = 0; slice < last - 1; slice++) {
            runner.execute(Step.move(moving, slice));
        }
        PipelineRunner meeting = world.runner(meetingWhenDone(world.runs, new CyclicBarrier(2)));

        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<String> one = threads.submit(() -> meeting.execute(Step.move(moving, last - 1)));
            Future<String> other = threads.submit(() -> meeting.execute(Step.move(moving, last)));
            String everything = "%1$d of %1$d are done".formatted(last + 1);
            assertThat(List.of(one.get(), other.get())).allMatch(said -> said.endsWith(everything));
        }

        assertThat(world.queue.count(Step.seal(moving))).isEqualTo(1);
    }

    /** A worker that has written down that its slice is done waits for the other one before it looks at the rest. */
    private static PipelineRuns meetingWhenDone(PipelineRuns runs, CyclicBarrier barrier) {
        return (PipelineRuns) Proxy.newProxyInstance(
                PipelineRuns.class.getClassLoader(),
                new Class<?>[] {PipelineRuns.class},
                (proxy, method, arguments) -> {
                    Object result = method.invoke(runs, arguments);
                    if (method.getName().equals("putSlice") && ((SliceProgress) arguments[1]).done()) {
                        barrier.await(10, TimeUnit.SECONDS);
                    }
                    return result;
                });
    }

    @Test
    void handsOnWhatDoesNotFitIntoAStep() throws IOException {
        RunWorld world = new RunWorld(3, 0.3);
        world.queue.goStepByStep();
        world.settings = new TransferSettings(64 * 1024, 1 << 30);
        // The clock goes on by a millisecond whenever someone looks: for its deadline, or to write progress.
        world.stepTime = Duration.ofMillis(14);

        PipelineRun export = world.drained(world.startExport(ALL));

        assertSucceeded(export);
        assertThat(world.queue.count(Step.move(export, 0))).isGreaterThan(1);
        assertThat(world.planOf(export).slices()).isEqualTo(1);
        world.stepTime = Duration.ofMillis(24);
        assertSucceeded(world.drained(world.startImport()));
        world.samples.assertArrived(world.target, ALL);
    }

    @Test
    void givesUpWhenNoStepIsLongEnough() throws IOException {
        RunWorld world = new RunWorld();
        world.stepTime = Duration.ZERO;

        PipelineRun export = world.drained(world.startExport(ALL));

        assertThat(export.status()).isEqualTo(RunStatus.FAILED);
        assertThat(export.message())
                .startsWith("gave up on the move step of export run 'release', slice")
                .contains("got no further than", "give steps more time");
    }

    @Test
    void aSettingThatChangesOnTheWayDoesNotTearARun() throws IOException {
        RunWorld world = new RunWorld();
        PipelineRun export = world.startExport(ALL);
        PipelineRunner runner = world.runner();
        runner.execute(Step.plan(export));
        runner.execute(Step.move(world.now(export), 0));
        world.settings = new TransferSettings(256 * 1024, 1 << 30);

        assertSucceeded(world.drained(export));
        assertSucceeded(world.drained(world.startImport()));
        world.samples.assertArrived(world.target, ALL);
    }

    @Test
    void movesAgainWhatTheServiceDropped() throws IOException {
        RunWorld world = new RunWorld();
        world.declareExport(false);
        PipelineRun export = world.startExport(ALL);
        PipelineRunner runner = world.runner();
        runner.execute(Step.plan(export));
        int slices = world.planOf(export).slices();
        for (int slice = 0; slice < slices; slice++) {
            runner.execute(Step.move(world.now(export), slice));
        }
        // Staged blocks are dropped by the service after a week, or when someone writes the blob.
        world.near.write(RunWorld.ARCHIVE, new byte[1], WriteMode.CREATE_NEW, Map.of());
        world.near.delete(
                RunWorld.ARCHIVE,
                world.near.find(RunWorld.ARCHIVE).orElseThrow().etag());

        assertSucceeded(world.drained(export));

        Archive.open(world.near.open(world.near.find(RunWorld.ARCHIVE).orElseThrow()));
        assertThat(world.near.count(BlobOperation.COMMIT)).isEqualTo(1);
    }

    private static void workAtOnce(RunWorld world, int workers) throws Exception {
        PipelineRunner runner = world.runner();
        List<Future<?>> working = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < workers; i++) {
                working.add(threads.submit(() -> {
                    world.queue.drain(runner, world.fate);
                    return null;
                }));
            }
        }
        for (Future<?> worker : working) {
            worker.get();
        }
    }
}

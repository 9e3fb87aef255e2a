package io.transship.core.pipeline.execution;

import static io.transship.core.pipeline.execution.RunWorld.assertSucceeded;
import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.pipeline.VersionCondition;
import io.transship.core.pipeline.request.RunStarter;
import io.transship.core.pipeline.request.RunStarter.Effect;
import io.transship.core.pipeline.request.RunView;
import io.transship.core.pipeline.run.Leg;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.Step;
import io.transship.core.storage.BlobOperation;
import io.transship.core.transfer.TransferSamples;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What may come twice, one by one. The rest is tested where it belongs: a worker killed at any instruction in
 * {@link WorkerDeathTest}, steps in any order and several workers at once in {@link PipelineRunnerTest}, and an event that is
 * lost in {@code MissedArchivesTest}.
 */
@Timeout(20)
class IdempotenceTest {

    private static final List<String> ALL = TransferSamples.ALL;

    private final RunWorld world = new RunWorld();

    IdempotenceTest() throws IOException {}

    @Test
    void anEventThatComesTwiceImportsOnce() throws IOException {
        PipelineRun first = world.importOf(ALL);
        assertThat(world.startImport()).isEqualTo(first);
        PipelineRun done = world.drained(first);
        assertSucceeded(done);
        int uploads = world.target.uploads();

        assertThat(world.startImport()).isEqualTo(done);

        assertThat(world.drained(first)).isEqualTo(done);
        assertThat(world.target.uploads()).isEqualTo(uploads);
        assertThat(world.runs.list(first.id().scope(), 10, Optional.empty()).items())
                .hasSize(1);
    }

    @Test
    void aMessageThatComesTwiceMovesItsSliceOnce() throws IOException {
        PipelineRun moving = planned();
        world.runner().execute(Step.move(moving, 0));
        long staged = world.near.count(BlobOperation.STAGE_BLOCK);
        RunView view = RunView.of(world.runs, world.now(moving));

        world.runner().execute(Step.move(moving, 0));

        assertThat(world.near.count(BlobOperation.STAGE_BLOCK)).isEqualTo(staged);
        assertThat(RunView.of(world.runs, world.now(moving))).isEqualTo(view);
    }

    @Test
    void aPlanThatComesTwiceLeavesThePlanAsItIs() throws IOException {
        PipelineRun moving = planned();
        byte[] plan = world.runs.document(moving.execution(), "export-plan-0").orElseThrow();

        world.runner().execute(Step.plan(moving));

        assertThat(world.now(moving)).isEqualTo(moving);
        assertThat(world.runs.document(moving.execution(), "export-plan-0")).contains(plan);
        assertSucceeded(world.drained(moving));
    }

    @Test
    void twoWorkersOnOneSliceMakeOneArchive() throws IOException {
        PipelineRun moving = planned();
        boolean[] met = {false};
        world.faults = (moment, operation, subject) -> {
            if (operation == BlobOperation.STAGE_BLOCK && !met[0]) {
                met[0] = true;
                world.runner().execute(Step.move(moving, 0));
            }
        };
        world.runner().execute(Step.move(moving, 0));
        assertThat(met[0]).isTrue();

        assertSucceeded(world.drained(moving));
        assertThat(world.near.count(BlobOperation.COMMIT)).isEqualTo(1);
        assertSucceeded(world.drained(world.startImport()));
        world.samples.assertArrived(world.target, ALL);
    }

    @Test
    void aPutThatIsRepeatedStartsOneRun() throws IOException {
        RunStarter starter = new RunStarter(world.runs, world.queue, world.clock);
        PipelineRun run = world.startExport(ALL);
        VersionCondition any = new VersionCondition.Any();

        assertThat(starter.put(run.id(), run.request(), any).effect()).isEqualTo(Effect.UNCHANGED);
        PipelineRun done = world.drained(run);
        assertSucceeded(done);
        assertThat(starter.put(run.id(), run.request(), any).effect()).isEqualTo(Effect.UNCHANGED);

        assertThat(world.drained(run)).isEqualTo(done);
        assertThat(world.near.count(BlobOperation.COMMIT)).isEqualTo(1);
    }

    @Test
    void aSealThatComesTwiceMakesOneArchive() throws Exception {
        world.declareExport(false);
        PipelineRun moving = planned();
        for (int slice = 0; slice < world.planOf(moving).slices(); slice++) {
            world.runner().execute(Step.move(moving, slice));
        }
        boolean[] met = {false};
        world.faults = (moment, operation, subject) -> {
            if (operation == BlobOperation.COMMIT && !met[0]) {
                met[0] = true;
                world.runner().execute(Step.seal(moving));
            }
        };

        world.runner().execute(Step.seal(moving));
        PipelineRun done = world.now(moving);
        assertThat(met[0]).isTrue();
        assertSucceeded(done);
        assertThat(done.leg()).isEqualTo(Leg.EXPORT);
        String version = world.near.find(RunWorld.ARCHIVE).orElseThrow().etag();
        world.runner().execute(Step.seal(moving));

        assertThat(world.near.find(RunWorld.ARCHIVE).orElseThrow().etag()).isEqualTo(version);
        assertThat(world.drained(moving)).isEqualTo(done);
    }

    private PipelineRun planned() throws IOException {
        PipelineRun run = world.startExport(ALL);
        world.runner().execute(Step.plan(run));
        return world.now(run);
    }
}

package io.transship.core.pipeline.execution;

import static io.transship.core.pipeline.execution.RunWorld.assertSucceeded;
import static io.transship.core.transfer.TransferSamples.ALL;
import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.RunStatus;
import io.transship.core.pipeline.run.Step;
import io.transship.core.storage.BlobOperation;
import io.transship.core.storage.StorageException;
import io.transship.core.transfer.StepwiseClock;
import io.transship.core.transfer.TransferSettings;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What {@link PipelineRunner#executeOn} does in one go, and what it leaves to the queue. */
@Timeout(20)
class FollowingStepsTest {

    private static final TransferSettings ONE_SLICE = new TransferSettings(64 * 1024, 1 << 30);

    private final RunWorld world;

    FollowingStepsTest() throws IOException {
        world = new RunWorld();
        world.settings = ONE_SLICE;
    }

    @Test
    void aRunOfOneSliceNeedsOneMessage() throws IOException {
        PipelineRun run = world.startExport(ALL);

        String done = world.runner().executeOn(Step.plan(run));

        assertSucceeded(world.now(run));
        assertThat(done.split("; then "))
                .as("plan, move and seal, of the export and of the relay")
                .hasSize(6);
        assertThat(world.queue.count(Step.plan(run)))
                .as("the message that began it")
                .isEqualTo(1);
        assertThat(world.queue.size()).isEqualTo(1);
    }

    @Test
    void severalSlicesAreSharedOut() throws IOException {
        world.settings = new TransferSettings(64 * 1024, 192 * 1024);
        PipelineRun run = world.startExport(ALL);

        world.runner().executeOn(Step.plan(run));

        assertThat(world.now(run).status()).isEqualTo(RunStatus.MOVING);
        assertThat(world.queue.size()).isEqualTo(1 + world.planOf(run).slices());
        assertSucceeded(world.drained(run));
    }

    @Test
    void whatFollowsAfterALongTimeGetsAMessageOfItsOwn() throws IOException {
        world.clock = new StepwiseClock(Duration.ofSeconds(20));
        PipelineRun run = world.startExport(ALL);

        world.runner().executeOn(Step.plan(run));

        assertThat(world.now(run).status()).isEqualTo(RunStatus.MOVING);
        assertThat(world.queue.count(Step.move(world.now(run), 0))).isEqualTo(1);
    }

    @Test
    void whatFollowsAndFailsIsTriedAgainByTheQueue() throws IOException {
        world.faults = (moment, operation, subject) -> {
            if (operation == BlobOperation.STAGE_BLOCK) {
                throw new StorageException(StorageException.Kind.UNAVAILABLE, "the line is down");
            }
        };
        PipelineRun run = world.startExport(ALL);

        world.runner().executeOn(Step.plan(run));

        assertThat(world.now(run).status()).isEqualTo(RunStatus.MOVING);
        assertThat(world.queue.count(Step.move(world.now(run), 0))).isEqualTo(1);
        world.faults = (moment, operation, subject) -> {};
        assertSucceeded(world.drained(run));
    }
}

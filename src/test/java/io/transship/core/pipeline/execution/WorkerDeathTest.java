package io.transship.core.pipeline.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.pipeline.PipelineOption;
import io.transship.core.pipeline.request.RunView;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.RunStatus;
import io.transship.core.transfer.TransferSamples;
import io.transship.core.transfer.TransferSettings;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A worker dies at each of its calls in turn; the next one goes on from what is there. */
@Timeout(60)
class WorkerDeathTest {

    private static final List<String> SOME = List.of("charts/hello:2", "team/app:1");
    private static final int MANY = 1000;

    private final TransferSamples samples = new TransferSamples();

    WorkerDeathTest() throws IOException {}

    @Test
    void anExportWithItsRelaySurvivesADeathAtEveryMoment() throws IOException {
        boolean died = true;
        int moment = 0;
        while (died) {
            assertThat(++moment).isLessThan(MANY);
            RunWorld world = world(moment);
            PipelineRun export = world.startExport(SOME);

            died = diesAt(moment, world);

            assertSucceeded(world.now(export), moment);
            assertThat(RunView.of(world.runs, export).outcomes()).hasSize(2);
            assertThat(world.far.find(RunWorld.ARCHIVE)).as("moment %d", moment).isPresent();
        }
        assertThat(moment).isGreaterThan(100);
    }

    @Test
    void anExportThatPlansAgainSurvivesADeathAtEveryMoment() throws IOException {
        boolean died = true;
        int moment = 0;
        while (died) {
            assertThat(++moment).isLessThan(MANY);
            RunWorld world = world(moment);
            world.declareExport(false, PipelineOption.CONTINUE_ON_ERRORS);
            world.samples.damage(world.samples.shared().digest());
            PipelineRun export = world.startExport(SOME);

            died = diesAt(moment, world);

            PipelineRun done = world.now(export);
            assertSucceeded(done, moment);
            assertThat(done.failedArtifacts()).isEqualTo(1);
            assertThat(done.excluded()).containsOnlyKeys("team/app:1");
        }
        assertThat(moment).isGreaterThan(50);
    }

    @Test
    void anImportSurvivesADeathAtEveryMoment() throws IOException {
        boolean died = true;
        int moment = 0;
        while (died) {
            assertThat(++moment).isLessThan(MANY);
            RunWorld world = world(moment);
            world.declareImport(PipelineOption.DELETE_SOURCE_BLOB_ON_SUCCESS);
            PipelineRun imported = world.importOf(SOME);

            died = diesAt(moment, world);

            PipelineRun done = world.now(imported);
            assertSucceeded(done, moment);
            world.samples.assertArrived(world.target, SOME);
            assertThat(done.failedArtifacts()).isZero();
            assertThat(world.far.find(RunWorld.ARCHIVE)).as("moment %d", moment).isEmpty();
        }
        assertThat(moment).isGreaterThan(50);
    }

    private RunWorld world(int seed) {
        RunWorld world = new RunWorld(seed, 0, samples);
        world.settings = new TransferSettings(128 * 1024, 128 * 1024);
        return world;
    }

    /** Works to the end with a death at a moment; false if there were not that many. */
    private static boolean diesAt(int moment, RunWorld world) throws IOException {
        world.fate.dieAt(moment);
        world.drainAll();
        world.fate.dieAt(Long.MAX_VALUE);
        return world.fate.hasDied();
    }

    private static void assertSucceeded(PipelineRun run, int moment) {
        assertThat(run.status())
                .as("death at moment %d: %s", moment, run.message())
                .isEqualTo(RunStatus.SUCCEEDED);
    }
}

package io.transship.core.pipeline.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.request.RunReports;
import io.transship.core.pipeline.request.RunView;
import io.transship.core.pipeline.run.InMemoryPipelineRuns;
import io.transship.core.pipeline.run.Leg;
import io.transship.core.pipeline.run.LegPlan;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.RunChanges;
import io.transship.core.pipeline.run.RunProgress;
import io.transship.core.pipeline.run.RunRequest;
import io.transship.core.pipeline.run.RunStatus;
import io.transship.core.pipeline.run.SliceProgress;
import io.transship.core.pipeline.run.Step;
import io.transship.core.pipeline.telemetry.RunTelemetry;
import io.transship.core.storage.BlobName;
import io.transship.core.transfer.TransferSettings;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StuckRunsTest {

    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration STUCK = Duration.ofMinutes(30);
    private static final ResourceId EXPORT = ResourceId.of("s", "g", "r", ResourceId.Type.EXPORT_PIPELINE, "out");

    private final InMemoryPipelineRuns runs = new InMemoryPipelineRuns();
    private final List<Step> enqueued = new ArrayList<>();
    private final List<RunView> reported = new ArrayList<>();

    @Test
    void aRunThatIsNotPlannedIsPlanned() throws IOException {
        PipelineRun queued = kept("queued");
        PipelineRun planning = kept("planning").planning(START);
        replace(planning);

        assertThat(sweep(START.plus(STUCK))).hasSize(2);

        assertThat(enqueued).containsExactlyInAnyOrder(Step.plan(queued), Step.plan(planning));
    }

    @Test
    void aRunThatMovesGetsTheSlicesThatAreNotDone() throws IOException {
        PipelineRun run = moving("moving");
        runs.putSlice(run.execution(), slice(1, true, START));
        runs.putSlice(run.execution(), slice(2, false, START));

        sweep(START.plus(STUCK));

        assertThat(enqueued).containsExactly(Step.move(run, 0), Step.move(run, 2));
        assertThat(now(run).revivals()).isEqualTo(1);
        assertThat(now(run).message()).contains("nothing of it happened for PT30M", "1 of 3 times");
    }

    @Test
    void aRunThatMovedEverythingOrIsSealingIsSealed() throws IOException {
        PipelineRun moved = moving("moved");
        for (int slice = 0; slice < 3; slice++) {
            runs.putSlice(moved.execution(), slice(slice, true, START));
        }
        PipelineRun sealing = moving("sealing").sealing();
        replace(sealing);

        sweep(START.plus(STUCK));

        assertThat(enqueued).containsExactlyInAnyOrder(Step.seal(moved), Step.seal(sealing));
    }

    @Test
    void aRunOfWhichSomethingHappenedLatelyIsLeftAlone() throws IOException {
        PipelineRun run = moving("moving");
        runs.putSlice(run.execution(), slice(0, false, START.plusSeconds(60)));

        assertThat(sweep(START.plus(STUCK))).isEmpty();

        assertThat(enqueued).isEmpty();
        assertThat(now(run)).isEqualTo(run);
    }

    @Test
    void givesUpAfterThreeTimesAndKeepsTheReasonFromBefore() throws IOException {
        PipelineRun run = moving("moving").troubled("the vault is away");
        replace(run);
        Instant time = START;
        for (int times = 1; times <= 3; times++) {
            time = time.plus(STUCK);
            sweep(time);
            assertThat(now(run).message()).contains(times + " of 3 times").endsWith("; before, the vault is away");
        }
        enqueued.clear();

        sweep(time.plus(STUCK));

        PipelineRun failed = now(run);
        assertThat(failed.status()).isEqualTo(RunStatus.FAILED);
        assertThat(failed.message())
                .contains("enqueued again 3 times", "retry the run")
                .endsWith("; before, the vault is away");
        assertThat(failed.progress()).isNotNull();
        assertThat(enqueued).isEmpty();
    }

    @Test
    void progressBeginsTheCountAnew() throws IOException {
        PipelineRun run = moving("moving");
        sweep(START.plus(STUCK));
        sweep(START.plus(STUCK.multipliedBy(2)));
        assertThat(now(run).revivals()).isEqualTo(2);
        runs.putSlice(
                run.execution(),
                slice(0, true, START.plus(STUCK.multipliedBy(2)).plusSeconds(5)));

        sweep(START.plus(STUCK.multipliedBy(4)));

        assertThat(now(run).revivals()).isEqualTo(1);
    }

    @Test
    void ofARunThatIsOverAReportIsKeptOnce() throws IOException {
        PipelineRun run = kept("done").failed(START, "it went wrong", RunProgress.NONE);
        replace(run);

        sweep(START.plusSeconds(1));
        sweep(START.plusSeconds(2));

        assertThat(reported).extracting(RunView::run).containsExactly(run);
        assertThat(runs.unsettled()).isEmpty();
    }

    @Test
    void aRunWhoseReportCannotBeKeptHidesNoOtherAndStaysToBeReported() throws IOException {
        PipelineRun run = kept("done").failed(START, "it went wrong", RunProgress.NONE);
        replace(run);
        PipelineRun other = kept("queued");
        RunReports closed = new RunReports() {
            @Override
            public void keep(RunView view) throws IOException {
                throw new IOException("the container is closed");
            }

            @Override
            public void deleteAll(ResourceId id) {}
        };

        assertThat(sweep(START.plus(STUCK), closed))
                .anySatisfy(said ->
                        assertThat(said).isEqualTo("run 'done' could not be looked after: the container is closed"));

        assertThat(enqueued).containsExactly(Step.plan(other));
        assertThat(runs.unsettled()).contains(run.execution());
    }

    @Test
    void aYoungExecutionThatIsNotKeptYetStaysListed() throws IOException {
        PipelineRun deleted = kept("deleted");
        runs.delete(deleted.id(), runs.find(deleted.id()).orElseThrow().version());

        sweep(START.plusSeconds(1));
        assertThat(runs.unsettled()).containsExactly(deleted.execution());

        sweep(START.plus(STUCK));
        assertThat(runs.unsettled()).isEmpty();
        assertThat(enqueued).isEmpty();
    }

    private List<String> sweep(Instant now) throws IOException {
        return sweep(now, new RunReports() {
            @Override
            public void keep(RunView view) {
                reported.add(view);
            }

            @Override
            public void deleteAll(ResourceId run) {}
        });
    }

    private List<String> sweep(Instant now, RunReports reports) throws IOException {
        Clock clock = Clock.fixed(now, ZoneOffset.UTC);
        return new StuckRuns(runs, new RunChanges(runs, clock), enqueued::add, reports, STUCK, clock, RunTelemetry.NONE)
                .sweep();
    }

    private PipelineRun kept(String name) throws IOException {
        RunRequest request = new RunRequest(EXPORT, List.of("a:1"), new BlobName("a.tar"));
        PipelineRun run = PipelineRun.queued(EXPORT.sibling(ResourceId.Type.PIPELINE_RUN, name), request, START, null);
        runs.create(run);
        return run;
    }

    private PipelineRun moving(String name) throws IOException {
        LegPlan plan = new LegPlan(TransferSettings.DEFAULT, 3, 1000, 10, 1);
        PipelineRun run = kept(name).planning(START).moving(plan, null, START);
        replace(run);
        return run;
    }

    private void replace(PipelineRun run) throws IOException {
        assertThat(runs.replace(run, runs.find(run.id()).orElseThrow().version()))
                .isTrue();
    }

    private PipelineRun now(PipelineRun run) throws IOException {
        return runs.find(run.id()).orElseThrow().run();
    }

    private static SliceProgress slice(int number, boolean done, Instant at) {
        return new SliceProgress(Leg.EXPORT, 0, number, done, 0, 1, 1, 0, 0, Set.of(), Map.of(), at);
    }
}

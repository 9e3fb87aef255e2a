package io.transship.core.pipeline.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.oci.Digest;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.run.InMemoryPipelineRuns;
import io.transship.core.pipeline.run.Leg;
import io.transship.core.pipeline.run.LegPlan;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.PipelineRuns;
import io.transship.core.pipeline.run.RunProgress;
import io.transship.core.pipeline.run.RunRequest;
import io.transship.core.pipeline.run.SliceProgress;
import io.transship.core.pipeline.telemetry.RunTelemetry;
import io.transship.core.transfer.SetClock;
import io.transship.core.transfer.TransferSettings;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressRecorderTest {

    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    private final SetClock clock = new SetClock(START);
    private final InMemoryPipelineRuns runs = new InMemoryPipelineRuns();
    private final List<Instant> writes = new ArrayList<>();
    private final List<Instant> looks = new ArrayList<>();

    @ParameterizedTest(name = "{0} slices")
    @ValueSource(ints = {1, 3, 40})
    void allSlicesOfARunTogetherWriteOnceASecondAtMost(int slices) throws IOException {
        PipelineRun run = moving(slices);
        List<ProgressRecorder> recorders = new ArrayList<>();
        for (int slice = 0; slice < slices; slice++) {
            recorders.add(recorder(run, SliceProgress.notBegun(Leg.EXPORT, 0, slice)));
        }

        int seconds = 120;
        for (int tick = 0; tick < seconds * 10; tick++) {
            clock.advance(Duration.ofMillis(100));
            recorders.forEach(recorder -> recorder.sent(10));
        }

        assertThat(writes).hasSizeBetween(seconds - 1, seconds);
        assertThat(writes).doesNotHaveDuplicates();
        assertThat(runs.slices(run.execution(), Leg.EXPORT, 0)).hasSize(slices);
    }

    @Test
    void aSliceThatStandsStillWritesNothing() throws IOException {
        ProgressRecorder recorder = recorder(moving(1), SliceProgress.notBegun(Leg.EXPORT, 0, 0));

        recorder.sent(10);
        clock.advance(Duration.ofMinutes(1));

        assertThat(writes).isEmpty();
        recorder.sent(10);
        recorder.sent(10);
        assertThat(writes).hasSize(1);
    }

    @Test
    void noticesWithinSecondsThatTheRunWasCanceled() throws IOException {
        PipelineRun run = moving(500);
        ProgressRecorder recorder = recorder(run, SliceProgress.notBegun(Leg.EXPORT, 0, 499));
        clock.advance(Duration.ofSeconds(2));
        recorder.sent(1);
        assertThat(recorder.isOver()).isFalse();
        replace(run.canceled(clock.instant(), "enough", RunProgress.NONE));

        clock.advance(Duration.ofSeconds(1));
        recorder.sent(1);
        assertThat(recorder.isOver()).isFalse();
        clock.advance(Duration.ofSeconds(1));
        recorder.sent(1);

        assertThat(recorder.isOver()).isTrue();
        assertThat(looks).hasSize(2);
    }

    @Test
    void noticesThatTheRunWasAskedForAgainOrDeleted() throws IOException {
        PipelineRun run = moving(1);
        ProgressRecorder recorder = recorder(run, SliceProgress.notBegun(Leg.EXPORT, 0, 0));
        replace(run.failed(START, "lost", RunProgress.NONE).retried(Set.of(), run.archive(), START));
        clock.advance(Duration.ofSeconds(2));
        recorder.saved(1);
        assertThat(recorder.isOver()).isTrue();

        ProgressRecorder other = recorder(run, SliceProgress.notBegun(Leg.EXPORT, 0, 0));
        runs.delete(run.id(), runs.find(run.id()).orElseThrow().version());
        clock.advance(Duration.ofSeconds(2));
        other.sent(1);
        assertThat(other.isOver()).isTrue();
    }

    @Test
    void countsWhatEarlierAttemptsSentOnceAndDoesNotCallItSaved() throws IOException {
        Digest sentNow = Digest.sha256Of(new byte[1]);
        Digest found = Digest.sha256Of(new byte[2]);
        SliceProgress before = new SliceProgress(
                Leg.EXPORT,
                0,
                0,
                false,
                2,
                100,
                150,
                30,
                20,
                Set.of("sha256:aa"),
                Map.of("sha256:bb", "broken"),
                START);
        ProgressRecorder recorder = recorder(moving(1), before);

        recorder.saved(120);
        recorder.sent(50);
        recorder.arrived(40);
        recorder.copied(5);
        recorder.placed(sentNow, true);
        recorder.placed(found, false);
        SliceProgress after = recorder.progress(true, 5, Map.of());

        assertThat(after.done()).isTrue();
        assertThat(after.contentsDone()).isEqualTo(5);
        assertThat(after.bytesDone()).isEqualTo(165);
        assertThat(after.bytesSent()).isEqualTo(200);
        // 100 of the 120 bytes that were found are what the attempt before sent.
        assertThat(after.bytesSaved()).isEqualTo(50);
        assertThat(after.bytesCopied()).isEqualTo(25);
        assertThat(after.sent()).containsExactlyInAnyOrder("sha256:aa", sentNow.toString());
        assertThat(after.broken()).isEmpty();
    }

    @Test
    void neverGoesBackBehindAnEarlierAttempt() throws IOException {
        SliceProgress before =
                new SliceProgress(Leg.EXPORT, 0, 0, false, 7, 1000, 1000, 0, 0, Set.of(), Map.of(), START);

        SliceProgress after = recorder(moving(1), before).progress(false, 0, Map.of());

        assertThat(after.contentsDone()).isEqualTo(7);
        assertThat(after.bytesDone()).isEqualTo(1000);
    }

    @Test
    void theMoveGoesOnWhenNothingCanBeWrittenOrLookedAt() throws IOException {
        PipelineRun run = moving(1);
        PipelineRuns away = (PipelineRuns) Proxy.newProxyInstance(
                PipelineRuns.class.getClassLoader(),
                new Class<?>[] {PipelineRuns.class},
                (proxy, method, arguments) -> {
                    throw new IOException("the table is away");
                });
        ProgressRecorder recorder =
                new ProgressRecorder(away, run, SliceProgress.notBegun(Leg.EXPORT, 0, 0), clock, RunTelemetry.NONE);
        clock.advance(Duration.ofSeconds(5));

        recorder.sent(10);

        assertThat(recorder.isOver()).isFalse();
        assertThat(recorder.progress(true, 1, Map.of()).bytesSent()).isEqualTo(10);
    }

    private PipelineRun moving(int slices) throws IOException {
        LegPlan plan = new LegPlan(TransferSettings.DEFAULT, slices, 1_000_000, 10, 1);
        RunRequest request = new RunRequest(RunWorld.EXPORT, List.of("a:1"), RunWorld.ARCHIVE);
        PipelineRun run = PipelineRun.queued(
                        RunWorld.EXPORT.sibling(ResourceId.Type.PIPELINE_RUN, "one"), request, START, null)
                .planning(START)
                .moving(plan, null, START);
        runs.create(run);
        return run;
    }

    private void replace(PipelineRun run) throws IOException {
        assertThat(runs.replace(run, runs.find(run.id()).orElseThrow().version()))
                .isTrue();
    }

    private ProgressRecorder recorder(PipelineRun run, SliceProgress before) {
        return new ProgressRecorder(noting(), run, before, clock, RunTelemetry.NONE);
    }

    /** Notes when something is written and looked at. */
    private PipelineRuns noting() {
        return (PipelineRuns) Proxy.newProxyInstance(
                PipelineRuns.class.getClassLoader(),
                new Class<?>[] {PipelineRuns.class},
                (proxy, method, arguments) -> {
                    (method.getName().equals("noteProgress") ? writes : looks).add(clock.instant());
                    return method.invoke(runs, arguments);
                });
    }
}

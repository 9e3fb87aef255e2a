package io.transship.core.pipeline.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.run.InMemoryPipelineRuns;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.PipelineRuns;
import io.transship.core.pipeline.run.RunChanges;
import io.transship.core.pipeline.run.RunProgress;
import io.transship.core.pipeline.run.RunRequest;
import io.transship.core.pipeline.run.Step;
import io.transship.core.storage.BlobName;
import io.transship.core.transfer.artifact.ArtifactOutcome;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TracedRunsTest {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final String FIRST = "00-11111111111111111111111111111111-1111111111111111-01";
    private static final String SECOND = "00-22222222222222222222222222222222-2222222222222222-01";
    private static final ResourceId EXPORT = ResourceId.of("sub", "rg", "from", ResourceId.Type.EXPORT_PIPELINE, "out");
    private static final PipelineRun RUN = PipelineRun.queued(
            EXPORT.sibling(ResourceId.Type.PIPELINE_RUN, "r"),
            new RunRequest(EXPORT, List.of("a:1"), new BlobName("a.tar")),
            NOON,
            null);

    private final List<String> ends = new ArrayList<>();
    private String trace = FIRST;
    private final PipelineRuns runs = new TracedRuns(new InMemoryPipelineRuns(), new Ends());
    private final RunChanges changes = new RunChanges(runs, Clock.systemUTC());

    @Test
    void keepsTheTraceOfWhatAskedForAnExecutionAndNotOfWhoeverChangesIt() throws IOException {
        runs.create(RUN);
        trace = SECOND;
        changes.apply(RUN.execution(), run -> run.troubled("busy"));
        assertThat(now().trace().parent()).isEqualTo(FIRST);

        changes.apply(RUN.execution(), run -> run.failed(NOON, "broken", RunProgress.NONE));
        PipelineRun failed = now();
        runs.replace(
                failed.retried(Set.of(), failed.archive(), NOON),
                runs.find(RUN.id()).orElseThrow().version());

        assertThat(now().trace().parent()).isEqualTo(SECOND);
    }

    @Test
    void tellsAnEndOnceWhateverIsNotedAfterIt() throws IOException {
        runs.create(RUN);
        changes.apply(RUN.execution(), run -> run.failed(NOON, "broken", RunProgress.NONE));
        changes.apply(RUN.execution(), run -> run.noted("and more"));

        assertThat(ends).containsExactly("broken");
    }

    @Test
    void doesNotTellAnEndThatAnotherWasFasterWith() throws IOException {
        runs.create(RUN);
        String version = runs.find(RUN.id()).orElseThrow().version();
        changes.apply(RUN.execution(), run -> run.planning(NOON));

        assertThat(runs.replace(RUN.failed(NOON, "too late", RunProgress.NONE), version))
                .isFalse();
        assertThat(ends).isEmpty();
    }

    private PipelineRun now() throws IOException {
        return runs.find(RUN.id()).orElseThrow().run();
    }

    private final class Ends implements RunTelemetry {

        @Override
        public Optional<String> traceparent() {
            return Optional.of(trace);
        }

        @Override
        public StepWatch begun(PipelineRun run, Step step) {
            return StepWatch.NONE;
        }

        @Override
        public StepWatch givenUp(Step step) {
            return StepWatch.NONE;
        }

        @Override
        public void moved(PipelineRun run, long sent, long copied, long saved) {}

        @Override
        public void ended(PipelineRun run, List<ArtifactOutcome> outcomes) {
            ends.add(String.valueOf(run.message()));
        }

        @Override
        public void found(Finding finding) {}
    }
}

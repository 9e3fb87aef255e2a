package io.transship.core.pipeline.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.request.RunRemover;
import io.transship.core.pipeline.request.RunReports;
import io.transship.core.pipeline.request.RunReports.AfterDeletion;
import io.transship.core.pipeline.request.RunView;
import io.transship.core.pipeline.run.InMemoryPipelineRuns;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.RunProgress;
import io.transship.core.pipeline.run.RunRequest;
import io.transship.core.storage.BlobName;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RunRetentionTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration AGE = Duration.ofDays(30);
    private static final Instant LONG_AGO = NOW.minus(AGE).minusSeconds(60);
    private static final ResourceId EXPORT = ResourceId.of("s", "g", "r", ResourceId.Type.EXPORT_PIPELINE, "out");

    private final InMemoryPipelineRuns runs = new InMemoryPipelineRuns();
    private final List<String> reports = new ArrayList<>();

    @Test
    void removesWhatHasBeenOverForLongEnoughAndKeepsItsReport() throws IOException {
        runs.create(over("old", LONG_AGO.plusSeconds(59)));
        runs.create(over("ended-lately", NOW.minus(AGE)));
        runs.create(queued("still-going"));

        assertThat(retention(Optional.of(AGE), AfterDeletion.STAY).purge()).isEqualTo(1);

        assertThat(names()).containsExactlyInAnyOrder("ended-lately", "still-going");
        assertThat(reports).containsExactly("kept old");
    }

    @Test
    void reportsGoWithTheirRunsIfTheyShould() throws IOException {
        runs.create(over("old", LONG_AGO));

        retention(Optional.of(AGE), AfterDeletion.GO).purge();

        assertThat(reports).containsExactly("deleted old");
    }

    @Test
    void keepsEverythingWithoutAnAge() throws IOException {
        runs.create(over("old", LONG_AGO));

        assertThat(retention(Optional.empty(), AfterDeletion.STAY).purge()).isZero();
        assertThat(names()).containsExactly("old");
    }

    @Test
    void manyOldRunsThatRanAgainLatelyDoNotHideTheOnesBehindThem() throws IOException {
        for (int i = 0; i < 450; i++) {
            PipelineRun run = over("again-" + i, LONG_AGO);
            runs.create(run.retried(Set.of(), run.archive(), NOW));
        }
        for (int i = 0; i < 450; i++) {
            runs.create(over("old-" + i, LONG_AGO));
        }

        assertThat(retention(Optional.of(AGE), AfterDeletion.GO).purge()).isEqualTo(450);
        assertThat(names()).hasSize(450).allMatch(name -> name.startsWith("again-"));
    }

    private RunRetention retention(Optional<Duration> age, AfterDeletion afterDeletion) {
        RunReports noting = new RunReports() {
            @Override
            public void keep(RunView view) {
                reports.add("kept " + view.run().id().name());
            }

            @Override
            public void deleteAll(ResourceId run) {
                reports.add("deleted " + run.name());
            }
        };
        return new RunRetention(
                runs, new RunRemover(runs, noting, afterDeletion), age, Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private List<String> names() throws IOException {
        return runs.list(EXPORT.scope(), 1000, Optional.empty()).items().stream()
                .map(run -> run.id().name())
                .toList();
    }

    private static PipelineRun queued(String name) {
        RunRequest request = new RunRequest(EXPORT, List.of("a:1"), new BlobName("a.tar"));
        return PipelineRun.queued(EXPORT.sibling(ResourceId.Type.PIPELINE_RUN, name), request, LONG_AGO, null);
    }

    private static PipelineRun over(String name, Instant finished) {
        return queued(name).failed(finished, "it went wrong", RunProgress.NONE);
    }
}

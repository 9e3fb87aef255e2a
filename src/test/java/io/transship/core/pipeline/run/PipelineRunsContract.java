package io.transship.core.pipeline.run;

import static io.transship.core.pipeline.run.RunSamples.ARCHIVE;
import static io.transship.core.pipeline.run.RunSamples.EXECUTION;
import static io.transship.core.pipeline.run.RunSamples.ID;
import static io.transship.core.pipeline.run.RunSamples.NOON;
import static io.transship.core.pipeline.run.RunSamples.PLAN;
import static io.transship.core.pipeline.run.RunSamples.SUBSCRIPTION;
import static io.transship.core.pipeline.run.RunSamples.atOnce;
import static io.transship.core.pipeline.run.RunSamples.bytes;
import static io.transship.core.pipeline.run.RunSamples.failed;
import static io.transship.core.pipeline.run.RunSamples.found;
import static io.transship.core.pipeline.run.RunSamples.id;
import static io.transship.core.pipeline.run.RunSamples.letters;
import static io.transship.core.pipeline.run.RunSamples.listed;
import static io.transship.core.pipeline.run.RunSamples.pipeline;
import static io.transship.core.pipeline.run.RunSamples.replaceNow;
import static io.transship.core.pipeline.run.RunSamples.run;
import static io.transship.core.pipeline.run.RunSamples.slice;
import static io.transship.core.pipeline.run.RunSamples.triggered;
import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.run.PipelineRuns.Versioned;
import io.transship.core.storage.BlobName;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every {@link PipelineRuns} promises of a run by its name; run once for each kind of store. */
public abstract class PipelineRunsContract {

    /** A store without runs. */
    protected abstract PipelineRuns emptyRuns();

    @Test
    void findsNothingWhereNothingIs() throws Exception {
        PipelineRuns runs = emptyRuns();

        assertThat(runs.find(ID)).isEmpty();
        assertThat(listed(runs, ID.scope())).isEmpty();
        assertThat(runs.slices(EXECUTION, Leg.EXPORT, 0)).isEmpty();
        assertThat(runs.document(EXECUTION, "plan")).isEmpty();
        assertThat(runs.replace(run(ID), "W/\"datetime'2026-03-01T12%3A00%3A00.0000000Z'\""))
                .isFalse();
        assertThat(runs.find(ID)).isEmpty();
    }

    @Test
    void createsARunOnce() throws Exception {
        PipelineRuns runs = emptyRuns();
        PipelineRun first = run(ID);

        assertThat(runs.create(first)).isTrue();
        assertThat(runs.create(first.planning(NOON))).isFalse();

        assertThat(found(runs, ID).run()).isEqualTo(first);
    }

    @Test
    void keepsEveryPropertyOfARun() throws Exception {
        PipelineRuns runs = emptyRuns();
        PipelineRun full = run(ID).planning(NOON.plusSeconds(1))
                .moving(PLAN, "sha256:" + "a".repeat(64), NOON)
                .replanned(Map.of("samples/a:1", "content is broken: \"ü\"\n", "samples/b:2", "gone"))
                .moving(PLAN, "sha256:" + "b".repeat(64), NOON)
                .sealing()
                .committed()
                .succeeded(NOON.plusSeconds(100), 2, "2 of 4 artifacts failed", new RunProgress(1, 2, 3, 4, 5, 6))
                .retried(Set.of("samples/a:1"), new BlobName("again.tar"), NOON.plusSeconds(200))
                .planning(NOON.plusSeconds(201))
                .canceled(NOON.plusSeconds(202), "canceled by request", RunProgress.NONE);

        runs.create(full);

        assertThat(found(runs, ID).run()).isEqualTo(full);
    }

    @Test
    void replacesOnlyTheVersionThatWasRead() throws Exception {
        PipelineRuns runs = emptyRuns();
        runs.create(run(ID));
        Versioned read = found(runs, ID);
        PipelineRun planning = read.run().planning(NOON);
        PipelineRun failed = read.run().failed(NOON, "too late", RunProgress.NONE);

        assertThat(runs.replace(planning, read.version())).isTrue();
        assertThat(runs.replace(failed, read.version())).isFalse();

        Versioned now = found(runs, ID);
        assertThat(now.run()).isEqualTo(planning);
        assertThat(now.version()).isNotEqualTo(read.version());
        assertThat(runs.replace(failed, now.version())).isTrue();
        assertThat(found(runs, ID).run()).isEqualTo(failed);
    }

    @Test
    void namesThatDifferInCaseMeanTheSameRun() throws Exception {
        PipelineRuns runs = emptyRuns();
        ResourceId shouted = ResourceId.of(
                SUBSCRIPTION.toUpperCase(Locale.ROOT), "RG", "FROM", ResourceId.Type.PIPELINE_RUN, "RELEASE-1");
        runs.create(run(ID));
        runs.putSlice(EXECUTION, slice(Leg.EXPORT, 0, 0, 10));
        runs.keepDocument(EXECUTION, "plan", bytes("kept"));

        assertThat(runs.create(run(shouted))).isFalse();
        Versioned read = found(runs, shouted);
        assertThat(read.run().id().name()).isEqualTo("release-1");
        assertThat(runs.replace(run(shouted).planning(NOON), read.version())).isTrue();
        assertThat(found(runs, ID).run().status()).isEqualTo(RunStatus.PLANNING);
        assertThat(runs.slices(new ExecutionId(shouted, NOON), Leg.EXPORT, 0)).hasSize(1);
        assertThat(runs.document(new ExecutionId(shouted, NOON), "plan")).contains(bytes("kept"));
        assertThat(listed(runs, shouted.scope())).hasSize(1);
    }

    @Test
    void keepsARunOfManyArtifactsWithLongNames() throws Exception {
        PipelineRuns runs = emptyRuns();
        Random random = new Random(2);
        List<String> artifacts = IntStream.range(0, 500)
                .mapToObj(unused -> letters(random, 255) + ":" + letters(random, 128))
                .toList();
        PipelineRun run = PipelineRun.queued(ID, new RunRequest(pipeline(), artifacts, ARCHIVE), NOON, null);
        assertThat(RunJson.write(run)).hasSizeGreaterThan(64 << 10);

        assertThat(runs.create(run)).isTrue();
        Versioned read = found(runs, ID);
        assertThat(read.run()).isEqualTo(run);

        PipelineRun replanned = run.planning(NOON)
                .moving(PLAN, null, NOON)
                .replanned(artifacts.stream().collect(Collectors.toMap(name -> name, name -> "digest is wrong")));
        assertThat(RunJson.write(replanned)).hasSizeBetween(390_000, 400 << 10);
        assertThat(runs.replace(replanned, read.version())).isTrue();
        assertThat(found(runs, ID).run()).isEqualTo(replanned);
        assertThat(listed(runs, ID.scope())).containsExactly(replanned);

        // Shorter again: nothing of the longer one may remain.
        assertThat(runs.replace(run(ID), found(runs, ID).version())).isTrue();
        assertThat(found(runs, ID).run()).isEqualTo(run(ID));
    }

    @Test
    void onlyOneOfManyWritersWins() throws Exception {
        PipelineRuns runs = emptyRuns();
        List<PipelineRun> rivals = IntStream.range(0, 8)
                .mapToObj(number -> run(ID, NOON.plusSeconds(number)))
                .toList();

        List<Boolean> created = atOnce(rivals.stream()
                .map(run -> (Callable<Boolean>) () -> runs.create(run))
                .toList());

        assertThat(created).containsOnlyOnce(true);
        assertThat(found(runs, ID).run()).isEqualTo(rivals.get(created.indexOf(true)));

        Versioned read = found(runs, ID);
        List<Boolean> replaced = atOnce(rivals.stream()
                .map(run -> (Callable<Boolean>) () -> runs.replace(run.planning(NOON), read.version()))
                .toList());

        assertThat(replaced).containsOnlyOnce(true);
        assertThat(found(runs, ID).run())
                .isEqualTo(rivals.get(replaced.indexOf(true)).planning(NOON));
    }

    @Test
    void deletesOnlyTheVersionThatWasRead() throws Exception {
        PipelineRuns runs = emptyRuns();
        runs.create(run(ID));
        Versioned read = found(runs, ID);
        runs.replace(failed(read.run()), read.version());

        assertThat(runs.delete(ID, read.version())).isFalse();
        assertThat(runs.find(ID)).isPresent();

        assertThat(runs.delete(ID, found(runs, ID).version())).isTrue();
        assertThat(runs.find(ID)).isEmpty();
        assertThat(listed(runs, ID.scope())).isEmpty();
        assertThat(runs.delete(ID, read.version())).isFalse();
    }

    @Test
    void deletesWhatIsKeptOfAllExecutionsAndNothingOfOtherRuns() throws Exception {
        PipelineRuns runs = emptyRuns();
        ResourceId longer = id("release-10");
        ExecutionId others = new ExecutionId(longer, NOON);
        PipelineRun first = failed(run(ID));
        PipelineRun second = failed(first.retried(Set.of(), ARCHIVE, NOON.plusSeconds(60)));
        runs.create(first);
        runs.create(run(longer));
        replaceNow(runs, second);
        for (ExecutionId execution : List.of(first.execution(), second.execution(), others)) {
            runs.putSlice(execution, slice(Leg.EXPORT, 0, 0, 5));
            runs.putSlice(execution, slice(Leg.RELAY, 3, 1, 5));
            runs.keepDocument(execution, "plan", bytes("plan"));
            runs.keepDocument(execution, "outcomes", bytes("outcomes"));
        }

        assertThat(runs.delete(ID, found(runs, ID).version())).isTrue();

        for (ExecutionId gone : List.of(first.execution(), second.execution())) {
            assertThat(runs.slices(gone, Leg.EXPORT, 0)).isEmpty();
            assertThat(runs.slices(gone, Leg.RELAY, 3)).isEmpty();
            assertThat(runs.document(gone, "plan")).isEmpty();
            assertThat(runs.document(gone, "outcomes")).isEmpty();
        }
        assertThat(runs.find(longer)).isPresent();
        assertThat(runs.slices(others, Leg.EXPORT, 0)).hasSize(1);
        assertThat(runs.slices(others, Leg.RELAY, 3)).hasSize(1);
        assertThat(runs.document(others, "plan")).isPresent();
        assertThat(listed(runs, ID.scope())).extracting(PipelineRun::id).containsExactly(longer);
    }

    @Test
    void aRunThatARequestStartedCanBeCreatedAnewOnceItIsDeleted() throws Exception {
        PipelineRuns runs = emptyRuns();
        runs.create(failed(run(ID)));
        runs.delete(ID, found(runs, ID).version());
        PipelineRun anew = run(ID, NOON.plusSeconds(60));

        assertThat(runs.create(anew)).isTrue();

        assertThat(found(runs, ID).run()).isEqualTo(anew);
        assertThat(listed(runs, ID.scope())).containsExactly(anew);
    }

    @Test
    void theSameArrivalDoesNotBringADeletedRunBackButARequestDoes() throws Exception {
        PipelineRuns runs = emptyRuns();
        runs.create(failed(triggered(ID)));
        runs.delete(ID, found(runs, ID).version());

        assertThat(runs.create(triggered(ID))).isFalse();
        assertThat(runs.find(ID)).isEmpty();
        assertThat(listed(runs, ID.scope())).isEmpty();
        assertThat(runs.createdBefore(NOON.plusSeconds(60), 10)).isEmpty();

        PipelineRun asked = run(ID, NOON.plusSeconds(60));
        assertThat(runs.create(asked)).isTrue();
        assertThat(runs.create(asked)).isFalse();
        assertThat(found(runs, ID).run()).isEqualTo(asked);
        assertThat(listed(runs, ID.scope())).containsExactly(asked);
        assertThat(runs.replace(failed(asked), found(runs, ID).version())).isTrue();
    }

    @Test
    void theSameArrivalDoesNotBringADeletedRunBackThatWasRetried() throws Exception {
        PipelineRuns runs = emptyRuns();
        PipelineRun first = failed(triggered(ID));
        runs.create(first);
        replaceNow(runs, failed(first.retried(Set.of(), ARCHIVE, NOON.plusSeconds(60))));

        runs.delete(ID, found(runs, ID).version());

        assertThat(runs.create(triggered(ID))).isFalse();
    }
}

package io.transship.core.pipeline.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.pipeline.Page;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.run.PipelineRuns.Versioned;
import io.transship.core.storage.BlobName;
import io.transship.core.transfer.TransferSettings;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every {@link PipelineRuns} promises; run once for each kind of store. */
public abstract class PipelineRunsContract {

    private static final String SUBSCRIPTION = "0c9f1b5e-6d5c-4f0e-8f4c-1f6f3a2b9d77";
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00.123456Z");
    private static final BlobName ARCHIVE = new BlobName("runs/archive 1%2B+#?&ü.tar");
    private static final ResourceId ID = id("release-1");
    private static final ExecutionId EXECUTION = new ExecutionId(ID, NOON);
    private static final LegPlan PLAN = new LegPlan(TransferSettings.DEFAULT, 3, 5_000_000_000L, 40, 2);

    /** A store without runs; it may be the same one again if it was emptied. */
    protected abstract PipelineRuns emptyRuns() throws Exception;

    @Test
    protected void findsNothingWhereNothingIs() throws Exception {
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
    protected void createsARunOnce() throws Exception {
        PipelineRuns runs = emptyRuns();
        PipelineRun first = run(ID);

        assertThat(runs.create(first)).isTrue();
        assertThat(runs.create(first.planning(NOON))).isFalse();

        assertThat(found(runs, ID).run()).isEqualTo(first);
    }

    @Test
    protected void keepsEveryPropertyOfARun() throws Exception {
        PipelineRuns runs = emptyRuns();
        PipelineRun full = run(ID).planning(NOON.plusSeconds(1))
                .moving(PLAN, "sha256:" + "a".repeat(64), NOON)
                .replanned(Map.of("samples/a:1", "content is broken: \"ü\"\n", "samples/b:2", "gone"))
                .moving(PLAN, "sha256:" + "b".repeat(64), NOON)
                .sealing()
                .committed()
                .succeeded(NOON.plusSeconds(100), 2, "2 of 4 artifacts failed", new RunProgress(1, 2, 3, 4, 5))
                .retried(Set.of("samples/a:1"), new BlobName("again.tar"), NOON.plusSeconds(200))
                .planning(NOON.plusSeconds(201))
                .canceled(NOON.plusSeconds(202), "canceled by request", RunProgress.NONE);

        runs.create(full);

        assertThat(found(runs, ID).run()).isEqualTo(full);
    }

    @Test
    protected void replacesOnlyTheVersionThatWasRead() throws Exception {
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
    protected void namesThatDifferInCaseMeanTheSameRun() throws Exception {
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
    protected void listsTheRunsOfAScopeNewestFirst() throws Exception {
        PipelineRuns runs = emptyRuns();
        List<Integer> order = List.of(3, 0, 4, 1, 2);
        for (int age : order) {
            runs.create(run(id("r" + age), NOON.minusSeconds(age)));
        }
        ResourceId elsewhere = ResourceId.of(SUBSCRIPTION, "rg", "from2", ResourceId.Type.PIPELINE_RUN, "r9");
        runs.create(run(elsewhere, NOON));

        assertThat(listed(runs, ID.scope()))
                .extracting(run -> run.id().name())
                .containsExactly("r0", "r1", "r2", "r3", "r4");
        assertThat(listed(runs, elsewhere.scope())).extracting(PipelineRun::id).containsExactly(elsewhere);
    }

    @Test
    protected void keepsSlicesByLegAndGenerationInOrderOfTheirNumbers() throws Exception {
        PipelineRuns runs = emptyRuns();
        List<SliceProgress> export = IntStream.range(0, 12)
                .mapToObj(number -> slice(Leg.EXPORT, 1, number, number))
                .toList();
        for (SliceProgress progress : export.reversed()) {
            runs.putSlice(EXECUTION, progress);
        }
        runs.putSlice(EXECUTION, slice(Leg.EXPORT, 0, 3, 77));
        runs.putSlice(EXECUTION, slice(Leg.EXPORT, 11, 3, 78));
        runs.putSlice(EXECUTION, slice(Leg.RELAY, 1, 3, 79));
        runs.putSlice(new ExecutionId(id("release-10"), NOON), slice(Leg.EXPORT, 1, 3, 80));

        assertThat(runs.slices(EXECUTION, Leg.EXPORT, 1)).isEqualTo(export);
        assertThat(runs.slices(EXECUTION, Leg.EXPORT, 0)).containsExactly(slice(Leg.EXPORT, 0, 3, 77));
        assertThat(runs.slices(EXECUTION, Leg.RELAY, 1)).containsExactly(slice(Leg.RELAY, 1, 3, 79));
        assertThat(runs.slices(EXECUTION, Leg.IMPORT, 1)).isEmpty();
    }

    @Test
    protected void putReplacesWhatWasKeptOfASlice() throws Exception {
        PipelineRuns runs = emptyRuns();
        SliceProgress last = new SliceProgress(
                Leg.IMPORT,
                0,
                4,
                true,
                12,
                9L << 32,
                1L << 33,
                7,
                Set.of("sha256:cd"),
                Map.of("sha256:ab", "size is 3, not 4"),
                NOON);

        runs.putSlice(EXECUTION, slice(Leg.IMPORT, 0, 4, 1));
        runs.putSlice(EXECUTION, last);

        assertThat(runs.slices(EXECUTION, Leg.IMPORT, 0)).containsExactly(last);
    }

    @Test
    protected void keepsTheFirstDocumentOfAName() throws Exception {
        PipelineRuns runs = emptyRuns();

        assertThat(runs.keepDocument(EXECUTION, "export-plan-0", bytes("first")))
                .isEqualTo(bytes("first"));
        assertThat(runs.keepDocument(EXECUTION, "export-plan-0", bytes("second")))
                .isEqualTo(bytes("first"));
        assertThat(runs.keepDocument(EXECUTION, "export-plan-1", bytes(""))).isEmpty();

        assertThat(runs.document(EXECUTION, "export-plan-0")).contains(bytes("first"));
        assertThat(runs.document(EXECUTION, "export-plan-1")).contains(bytes(""));
        assertThat(runs.document(new ExecutionId(id("release-2"), NOON), "export-plan-0"))
                .isEmpty();
    }

    @Test
    protected void keepsALargeDocument() throws Exception {
        PipelineRuns runs = emptyRuns();
        byte[] large = new byte[3 << 20];
        new Random(1).nextBytes(large);

        assertThat(runs.keepDocument(EXECUTION, "plan", large)).isEqualTo(large);
        assertThat(runs.document(EXECUTION, "plan")).contains(large);
    }

    @Test
    protected void keepsARunOfManyArtifactsWithLongNames() throws Exception {
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
    protected void onlyOneOfManyWritersWins() throws Exception {
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
    protected void writersOfOneDocumentAllGetTheSame() throws Exception {
        PipelineRuns runs = emptyRuns();

        List<byte[]> kept = atOnce(IntStream.range(0, 8)
                .mapToObj(number ->
                        (Callable<byte[]>) () -> runs.keepDocument(EXECUTION, "plan", bytes("plan " + number)))
                .toList());

        assertThat(kept.stream().map(document -> new String(document, UTF_8)).distinct())
                .hasSize(1);
        assertThat(runs.document(EXECUTION, "plan")).contains(kept.getFirst());
    }

    private static <T> List<T> atOnce(List<Callable<T>> calls) throws Exception {
        CountDownLatch start = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<T>> futures = new ArrayList<>();
            for (Callable<T> call : calls) {
                futures.add(threads.submit(() -> {
                    start.await();
                    return call.call();
                }));
            }
            start.countDown();
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        }
    }

    private static List<PipelineRun> listed(PipelineRuns runs, String scope) throws IOException {
        Page<PipelineRun> page = runs.list(scope, 100, Optional.empty());
        assertThat(page.next()).isEmpty();
        return page.items();
    }

    private static Versioned found(PipelineRuns runs, ResourceId id) throws IOException {
        return runs.find(id).orElseThrow();
    }

    private static PipelineRun run(ResourceId id) {
        return run(id, NOON);
    }

    private static PipelineRun run(ResourceId id, Instant createdAt) {
        RunRequest request = new RunRequest(
                pipeline(), List.of("samples/a:1", "samples/b:2"), ARCHIVE, "sha256:" + "c".repeat(64), "once more");
        return PipelineRun.queued(id, request, createdAt, null);
    }

    private static ResourceId id(String name) {
        return ResourceId.of(SUBSCRIPTION, "rg", "from", ResourceId.Type.PIPELINE_RUN, name);
    }

    private static ResourceId pipeline() {
        return ID.sibling(ResourceId.Type.EXPORT_PIPELINE, "out");
    }

    @Test
    protected void aLateNoteDoesNotUndoASlice() throws Exception {
        PipelineRuns runs = emptyRuns();
        SliceProgress done = new SliceProgress(Leg.EXPORT, 0, 3, true, 1, 9, 9, 0, Set.of(), Map.of(), NOON);

        runs.noteProgress(EXECUTION, slice(Leg.EXPORT, 0, 3, 4));
        runs.noteProgress(EXECUTION, slice(Leg.EXPORT, 0, 3, 5));
        assertThat(runs.slices(EXECUTION, Leg.EXPORT, 0)).containsExactly(slice(Leg.EXPORT, 0, 3, 5));
        runs.putSlice(EXECUTION, done);
        runs.noteProgress(EXECUTION, slice(Leg.EXPORT, 0, 3, 8));

        assertThat(runs.slices(EXECUTION, Leg.EXPORT, 0)).containsExactly(done);
    }

    private static SliceProgress slice(Leg leg, int generation, int number, long bytes) {
        return new SliceProgress(leg, generation, number, false, 0, bytes, bytes, 0, Set.of(), Map.of(), NOON);
    }

    private static String letters(Random random, int length) {
        return random.ints(length, 'a', 'z' + 1).mapToObj(Character::toString).collect(Collectors.joining());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}

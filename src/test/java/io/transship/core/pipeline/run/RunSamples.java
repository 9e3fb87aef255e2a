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

/** Runs, slices and documents for the contracts of {@link PipelineRuns}, and short ways to keep and find them. */
final class RunSamples {

    static final String SUBSCRIPTION = "0c9f1b5e-6d5c-4f0e-8f4c-1f6f3a2b9d77";
    static final Instant NOON = Instant.parse("2026-03-01T12:00:00.123456Z");
    static final BlobName ARCHIVE = new BlobName("runs/archive 1%2B+#?&ü.tar");
    static final ResourceId ID = id("release-1");
    static final ExecutionId EXECUTION = new ExecutionId(ID, NOON);
    static final LegPlan PLAN = new LegPlan(TransferSettings.DEFAULT, 3, 5_000_000_000L, 40, 2);

    private RunSamples() {}

    static <T> List<T> atOnce(List<Callable<T>> calls) throws Exception {
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

    static List<PipelineRun> listed(PipelineRuns runs, String scope) throws IOException {
        Page<PipelineRun> page = runs.list(scope, 100, Optional.empty());
        assertThat(page.next()).isEmpty();
        return page.items();
    }

    static Versioned found(PipelineRuns runs, ResourceId id) throws IOException {
        return runs.find(id).orElseThrow();
    }

    static PipelineRun run(ResourceId id) {
        return run(id, NOON);
    }

    static PipelineRun run(ResourceId id, Instant createdAt) {
        RunRequest request = new RunRequest(
                pipeline(), List.of("samples/a:1", "samples/b:2"), ARCHIVE, "sha256:" + "c".repeat(64), "once more");
        return PipelineRun.queued(id, request, createdAt, null);
    }

    static ResourceId id(String name) {
        return ResourceId.of(SUBSCRIPTION, "rg", "from", ResourceId.Type.PIPELINE_RUN, name);
    }

    static ResourceId pipeline() {
        return ID.sibling(ResourceId.Type.EXPORT_PIPELINE, "out");
    }

    static SliceProgress slice(Leg leg, int generation, int number, long bytes) {
        return new SliceProgress(leg, generation, number, false, 0, bytes, bytes, 0, 0, Set.of(), Map.of(), NOON);
    }

    static String letters(Random random, int length) {
        return random.ints(length, 'a', 'z' + 1).mapToObj(Character::toString).collect(Collectors.joining());
    }

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    /** One that an archive started when it arrived. */
    static PipelineRun triggered(ResourceId id) {
        RunRequest request = new RunRequest(ID.sibling(ResourceId.Type.IMPORT_PIPELINE, "in"), List.of(), ARCHIVE);
        return PipelineRun.queued(id, request, NOON, NOON.minusSeconds(3));
    }

    static PipelineRun failed(PipelineRun run) {
        return run.failed(NOON.plusSeconds(9), "it went wrong", RunProgress.NONE);
    }

    /** Changes a run that nobody else changes. */
    static void replaceNow(PipelineRuns runs, PipelineRun run) throws IOException {
        assertThat(runs.replace(run, found(runs, run.id()).version())).isTrue();
    }
}

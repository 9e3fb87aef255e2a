package io.transship.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.transship.azure.state.AppStorage;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.definition.DeclaredPipelines;
import io.transship.core.pipeline.request.InMemoryRunReports;
import io.transship.core.pipeline.request.RunCanceler;
import io.transship.core.pipeline.request.RunRemover;
import io.transship.core.pipeline.request.RunReports;
import io.transship.core.pipeline.request.RunRetrier;
import io.transship.core.pipeline.request.RunStarter;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.PipelineRuns;
import io.transship.core.pipeline.run.RunChanges;
import io.transship.core.pipeline.run.RunProgress;
import io.transship.core.pipeline.run.RunRequest;
import io.transship.core.storage.BlobName;
import io.transship.functions.arm.ArmAnswer;
import io.transship.functions.arm.ArmRequest;
import io.transship.functions.arm.Json;
import io.transship.functions.arm.RunResources;
import io.transship.local.AzuriteServer;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** How long the list of runs takes when there are many: by the API's own code over Azurite. */
final class RunListBench {

    private static final String SCOPE =
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/bench/";
    private static final int WRITERS = 16;
    private static final int ROUNDS = 5;

    private final PipelineRuns runs;
    private final RunResources resources;
    private final PrintStream out;

    private RunListBench(PipelineRuns runs, PrintStream out) {
        this.runs = runs;
        this.out = out;
        Clock clock = Clock.systemUTC();
        this.resources = new RunResources(
                runs,
                DeclaredPipelines.parse("", new ArrayList<>()),
                new RunResources.Verbs(
                        new RunStarter(runs, step -> {}, clock),
                        new RunCanceler(runs, new RunChanges(runs, clock), clock),
                        new RunRetrier(runs, step -> {}, clock),
                        new RunRemover(runs, new InMemoryRunReports(), RunReports.AfterDeletion.GO)),
                clock);
    }

    /** Takes the number of runs, 10,000 if it is not given. */
    public static void main(String[] args) throws IOException, InterruptedException {
        int count = args.length == 0 ? 10_000 : Integer.parseInt(args[0]);
        try (AzuriteServer azurite = AzuriteServer.start(AzuriteServer.Options.of("app"))) {
            PipelineRuns runs = AppStorage.runs(azurite.connectionString("app"));
            new RunListBench(runs, System.out).measure(count);
        }
    }

    private void measure(int count) throws IOException, InterruptedException {
        long began = System.nanoTime();
        create(count);
        out.printf("%,d runs made in %.1f s%n", count, seconds(began));
        out.println("| list | requests | median | min | max |");
        out.println("| --- | --- | --- | --- | --- |");
        report("first page of 20", () -> pages("$top=20", 1));
        report("first page of 100", () -> pages("$top=100", 1));
        report("all, in pages of 1,000", () -> pages("$top=1000", Integer.MAX_VALUE));
    }

    private void create(int count) throws IOException, InterruptedException {
        Instant first = Instant.parse("2026-01-01T00:00:00Z");
        List<Future<Boolean>> made = new ArrayList<>();
        try (ExecutorService writers =
                Executors.newFixedThreadPool(WRITERS, Thread.ofVirtual().factory())) {
            for (int i = 0; i < count; i++) {
                PipelineRun run = run(i, first.plus(Duration.ofMinutes(i)));
                made.add(writers.submit(() -> runs.create(run)));
            }
        }
        for (Future<Boolean> one : made) {
            try {
                one.get();
            } catch (ExecutionException e) {
                throw new IOException(e.getCause());
            }
        }
    }

    /** One that is over, as nearly all of many are. */
    private static PipelineRun run(int number, Instant createdAt) {
        ResourceId id = ResourceId.parse(SCOPE + "pipelineRuns/run-" + number);
        RunRequest request = new RunRequest(
                ResourceId.parse(SCOPE + "exportPipelines/weekly"),
                List.of("shop/web:" + number, "shop/api:" + number),
                new BlobName("release-" + number + ".tar"));
        return PipelineRun.queued(id, request, createdAt, null)
                .failed(createdAt.plusSeconds(60), "repository 'shop/web' is not in the registry", RunProgress.NONE);
    }

    private int pages(String top, int most) throws IOException {
        String address = "http://localhost/api" + SCOPE + "pipelineRuns?api-version=2025-06-01-preview&" + top;
        int asked = 0;
        Optional<String> next = Optional.of(address);
        while (next.isPresent() && asked < most) {
            ArmAnswer answer =
                    resources.answer(new ArmRequest("GET", URI.create(next.get()), Map.of(), "", Optional.empty()));
            JsonNode page = Json.parse(answer.body());
            next = Optional.ofNullable(page.path("nextLink").textValue());
            asked++;
        }
        return asked;
    }

    /** What is measured; tells how many requests to the API it took. */
    private interface Listing {
        int run() throws IOException;
    }

    private void report(String what, Listing listing) throws IOException {
        listing.run();
        List<Double> times = new ArrayList<>();
        int requests = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long began = System.nanoTime();
            requests = listing.run();
            times.add(seconds(began));
        }
        times.sort(null);
        out.printf(
                "| %s | %d | %.2f s | %.2f s | %.2f s |%n",
                what, requests, times.get(ROUNDS / 2), times.getFirst(), times.getLast());
    }

    private static double seconds(long began) {
        return (System.nanoTime() - began) / 1e9;
    }
}

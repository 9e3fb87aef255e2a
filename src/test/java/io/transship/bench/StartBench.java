package io.transship.bench;

import io.transship.local.LocalCloud;
import io.transship.local.demo.TransshipClient;
import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * From the start of the JVM to the first answer of the packaged app, in the local function host with the worker's own flags:
 * one round for what needs no storage, one for what reads the app's table, which makes its clients and their TLS.
 */
final class StartBench {

    private static final Path STAGING = Path.of("target", "azure-functions", "transship");
    private static final int ROUNDS = 7;

    private StartBench() {}

    /**
     * Prints a table.
     *
     * @param arguments how many rounds, 7 if not given
     */
    public static void main(String[] arguments) throws IOException {
        int rounds = arguments.length == 0 ? ROUNDS : Integer.parseInt(arguments[0]);
        Path directory = Files.createTempDirectory("transship-bench-");
        try (LocalCloud cloud = LocalCloud.start(LocalCloud.Options.of(directory, STAGING.toAbsolutePath()))) {
            String list =
                    "/api%s/exportPipelines?api-version=2025-06-01-preview".formatted(cloud.registryPath("source"));
            System.out.printf("%-44s %8s %8s %8s%n", "JVM start to the first answer, seconds", "median", "min", "max");
            print(
                    "the API's description, which needs no storage",
                    measure(cloud, "/api/openapi.json", rounds),
                    System.out);
            print("a list of pipelines, from the table", measure(cloud, list, rounds), System.out);
        } finally {
            Stand.delete(directory);
        }
        // Exit and not return: it also ends threads that a library may have left behind.
        System.exit(0);
    }

    private static List<Duration> measure(LocalCloud cloud, String path, int rounds) throws IOException {
        List<Duration> times = new ArrayList<>();
        for (int round = 0; round <= rounds; round++) {
            cloud.host().stop();
            long begun = System.nanoTime();
            cloud.host().restart();
            try (TransshipClient client = new TransshipClient(cloud.app(), cloud.functionKey())) {
                HttpResponse<String> answer = client.call("GET", path, "");
                if (answer.statusCode() != 200) {
                    throw new IOException("%s answered %d: %s".formatted(path, answer.statusCode(), answer.body()));
                }
            }
            if (round > 0) {
                times.add(Duration.ofNanos(System.nanoTime() - begun));
            }
        }
        return times.stream().sorted().toList();
    }

    private static void print(String what, List<Duration> times, PrintStream out) {
        out.printf(
                "%-44s %8.2f %8.2f %8.2f%n",
                what, seconds(times.get(times.size() / 2)), seconds(times.getFirst()), seconds(times.getLast()));
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1000.0;
    }
}

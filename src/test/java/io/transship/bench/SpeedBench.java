package io.transship.bench;

import io.transship.bench.data.DataSet;
import io.transship.bench.data.DataSets;
import io.transship.bench.peer.Contender;
import io.transship.bench.peer.Peers;
import io.transship.bench.report.SpeedJson;
import io.transship.bench.report.SpeedResults;
import io.transship.bench.report.SpeedTables;
import io.transship.local.artifacts.DistributionClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Transship and what a user would pick instead of it, side by side: {@code docs/performance.md} says how. */
final class SpeedBench {

    private static final Path RESULTS = Path.of("target", "bench");

    private SpeedBench() {}

    /** Prints tables, and writes {@code speed.json} and {@code speed.svg} into {@code target/bench}. */
    public static void main(String[] arguments) throws IOException {
        SpeedOptions options;
        try {
            options = SpeedOptions.parse(List.of(arguments), Peers.installed());
        } catch (IllegalArgumentException e) {
            System.err.println("bench: " + e.getMessage());
            System.exit(2);
            return;
        }
        boolean well = run(options);
        // Exit and not return: it also ends threads that a library may have left behind.
        System.exit(well ? 0 : 1);
    }

    private static boolean run(SpeedOptions options) throws IOException {
        Path directory = Files.createTempDirectory("transship-bench-");
        try (Stand stand = Stand.start(directory, options)) {
            List<Contender> contenders = new ArrayList<>();
            contenders.add(stand.transship());
            contenders.addAll(Peers.ready(options.peers(), directory, stand.endpoints()));
            Map<String, String> about = about(options, contenders);
            about.forEach((what, value) -> System.out.printf("%s: %s%n", what, value));
            Rounds rounds = new Rounds(stand, contenders, options.rounds(), System.err);
            for (String name : options.sets()) {
                DataSet set = push(stand, directory, options, name);
                String described = String.format(
                        Locale.ROOT,
                        "%s; %d artifacts, %d contents, %.1f MiB, fingerprint %s",
                        DataSets.ALL.get(name),
                        set.artifacts().size(),
                        set.contents(),
                        set.bytes() / (double) (1 << 20),
                        set.fingerprint());
                about.put("set " + name, described);
                System.out.printf("set %s: %s%n", name, described);
                rounds.measure(set);
            }
            SpeedResults results = new SpeedResults(rounds.measurements());
            System.out.println();
            new SpeedTables(results, System.out).print();
            rounds.problems().forEach(problem -> System.out.println("PROBLEM: " + problem));
            Files.createDirectories(RESULTS);
            SpeedJson.write(RESULTS.resolve("speed.json"), about, results);
            return rounds.problems().isEmpty();
        } finally {
            Stand.delete(directory);
        }
    }

    private static DataSet push(Stand stand, Path directory, SpeedOptions options, String name) throws IOException {
        Path layers = Files.createDirectories(directory.resolve("layers"));
        try (DistributionClient registry = stand.sourceClient()) {
            return new DataSets(registry, layers, options.scale()).push(name);
        }
    }

    private static Map<String, String> about(SpeedOptions options, List<Contender> contenders) throws IOException {
        Map<String, String> about = new LinkedHashMap<>();
        about.put("scale", Double.toString(options.scale()));
        about.put("rounds", options.rounds() + " after one to warm up");
        about.put("latency", options.latency().toMillis() + " ms");
        about.put("blob", options.blob().name().toLowerCase(Locale.ROOT));
        about.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
        about.put("system", "%s %s".formatted(System.getProperty("os.name"), System.getProperty("os.version")));
        for (Contender contender : contenders) {
            about.put(contender.name(), contender.version());
        }
        return about;
    }
}

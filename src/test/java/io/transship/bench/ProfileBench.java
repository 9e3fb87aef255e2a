package io.transship.bench;

import io.transship.bench.data.DataSet;
import io.transship.bench.data.DataSets;
import io.transship.bench.peer.Transship;
import io.transship.local.artifacts.DistributionClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Where the app's time and memory go: some rounds of one leg under Java Flight Recorder, which samples the running threads
 * fifty times a second. What happens while the app starts and warms up is not in it.
 *
 * @see <a href="https://docs.oracle.com/en/java/javase/25/docs/specs/man/jfr.html">The jfr command</a>
 */
final class ProfileBench {

    private static final Path RESULTS = Path.of("target", "bench");
    private static final List<String> VIEWS =
            List.of("hot-methods", "allocation-by-site", "allocation-by-class", "gc-pauses", "contention-by-site");

    private ProfileBench() {}

    /** Prints views of each recording and leaves it in {@code target/bench}. */
    public static void main(String[] arguments) throws IOException {
        SpeedOptions options;
        try {
            options = SpeedOptions.parse(List.of(arguments), List.of());
        } catch (IllegalArgumentException e) {
            System.err.println("bench profile: " + e.getMessage());
            System.exit(2);
            return;
        }
        Path directory = Files.createTempDirectory("transship-bench-");
        try (Stand stand = Stand.start(directory, options)) {
            for (String name : options.sets()) {
                profile(stand, directory, options, name);
            }
        } finally {
            Stand.delete(directory);
        }
        // Exit and not return: it also ends threads that a library may have left behind.
        System.exit(0);
    }

    private static void profile(Stand stand, Path directory, SpeedOptions options, String name) throws IOException {
        DataSet set;
        try (DistributionClient registry = stand.sourceClient()) {
            Path layers = Files.createDirectories(directory.resolve("layers"));
            set = new DataSets(registry, layers, options.scale()).push(name);
        }
        Transship app = stand.transship();
        if (options.leg() == SpeedOptions.ProfiledLeg.IMPORT) {
            stand.freshContainer();
            app.export(set); // The archive of all rounds.
        }
        leg(stand, app, set, options);
        String pid = Long.toString(stand.host().pid());
        run("jcmd", pid, "JFR.start", "name=bench", "settings=profile");
        for (int round = 0; round < options.rounds(); round++) {
            leg(stand, app, set, options);
        }
        String leg = options.leg().name().toLowerCase(Locale.ROOT);
        Path recording = Files.createDirectories(RESULTS)
                .resolve("%s-%s.jfr".formatted(name, leg))
                .toAbsolutePath();
        run("jcmd", pid, "JFR.stop", "name=bench", "filename=" + recording);
        System.out.printf("%nset %s, %s, %d rounds: %s%n", name, leg, options.rounds(), recording);
        for (String view : VIEWS) {
            run("jfr", "view", "--width", "150", view, recording.toString());
        }
    }

    private static void leg(Stand stand, Transship app, DataSet set, SpeedOptions options) throws IOException {
        if (options.leg() == SpeedOptions.ProfiledLeg.EXPORT) {
            stand.freshContainer();
            System.out.println(app.export(set));
        } else {
            stand.freshTarget();
            System.out.println(app.importInto(set));
        }
    }

    private static void run(String tool, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", tool).toString());
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (process.onExit().join().exitValue() != 0) {
            throw new IOException("'%s' failed: %s".formatted(tool, String.join(" ", arguments)));
        }
    }
}

package io.transship.bench.peer;

import io.transship.bench.machine.Script;
import io.transship.bench.machine.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A directory in which a tool works, and how it is run there. For one thread. */
final class Workplace {

    private static final Duration LIMIT = Duration.ofMinutes(30);

    private final Path directory;
    private final Script script;

    /** Works below an existing directory. */
    Workplace(Path parent, String name) throws IOException {
        this.directory = Files.createDirectories(parent.resolve(name));
        Path logs = Files.createDirectories(parent.resolve(name + "-logs"));
        this.script = new Script(
                logs,
                Map.of(
                        "TMPDIR", logs.toString(),
                        "AZCOPY_LOG_LOCATION", logs.toString(),
                        "AZCOPY_JOB_PLAN_LOCATION", logs.toString()),
                LIMIT);
    }

    /** An empty directory in the place of what was there. */
    void clear() throws IOException {
        delete(directory);
        Files.createDirectories(directory);
    }

    Path path(String name) {
        return directory.resolve(name);
    }

    /** Names of the files in it, sorted. */
    List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    void remove(String name) throws IOException {
        delete(path(name));
    }

    Stage run(String name, List<List<String>> commands) throws IOException {
        return script.run(name, commands);
    }

    Stage pack(String folder, String archive) throws IOException {
        return run(
                "tar",
                List.of(List.of(
                        "tar",
                        "-C",
                        path(folder).toString(),
                        "-cf",
                        path(archive).toString(),
                        ".")));
    }

    Stage unpack(String archive, String folder) throws IOException {
        Files.createDirectories(path(folder));
        return run(
                "untar",
                List.of(List.of(
                        "tar",
                        "-C",
                        path(folder).toString(),
                        "-xf",
                        path(archive).toString())));
    }

    private static void delete(Path tree) throws IOException {
        if (Files.notExists(tree)) {
            return;
        }
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}

package io.transship.bench.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Runs commands one after the other in a shell and measures them as one stage. The shell itself tells at its end what its
 * children cost; their peaks of memory are looked up while they live. For one thread.
 */
public final class Script {

    private static final Duration LOOK = Duration.ofMillis(15);
    private static final int TAIL = 3000;

    private final Path directory;
    private final Map<String, String> environment;
    private final Duration limit;

    /**
     * Scripts that write what they print into a directory.
     *
     * @param environment in addition to PATH and HOME
     * @param limit for one script
     */
    public Script(Path directory, Map<String, String> environment, Duration limit) {
        this.directory = directory;
        this.environment = Map.copyOf(environment);
        this.limit = limit;
    }

    /**
     * Runs commands.
     *
     * @throws IOException if one fails or all take too long; the message has the end of what was printed
     */
    public Stage run(String name, List<List<String>> commands) throws IOException {
        Path figures = directory.resolve("figures.txt");
        Path output = directory.resolve("output.txt");
        Path script = Files.writeString(directory.resolve("stage.sh"), text(commands, figures));
        ProcessBuilder builder = new ProcessBuilder("sh", script.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().keySet().retainAll(List.of("PATH", "HOME"));
        builder.environment().putAll(environment);
        Meanwhile meanwhile = Meanwhile.begin();
        // Standard input stays an open pipe: AzCopy reads it in a loop, and spins on the end of /dev/null.
        Process shell = builder.start();
        long peak = await(name, shell);
        double wall = meanwhile.wall();
        double other = meanwhile.otherCpu();
        if (shell.exitValue() != 0) {
            String printed = Files.readString(output);
            throw new IOException("%s ended with code %d, the end of what it printed: %s"
                    .formatted(
                            name,
                            shell.exitValue(),
                            printed.substring(Math.max(0, printed.length() - TAIL))
                                    .strip()));
        }
        String counted = Files.readString(figures);
        String stat = counted.lines().findFirst().orElse("");
        return new Stage(
                name, wall, Counters.cpuSecondsWithChildren(stat), peak, Counters.writtenBytes(counted), other);
    }

    private long await(String name, Process shell) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        long peak = 0;
        try {
            do {
                peak = Math.max(
                        peak,
                        Counters.children(shell.pid())
                                .map(Counters::peakMemory)
                                .max()
                                .orElse(0));
                if (System.nanoTime() > deadline) {
                    throw new IOException("%s did not end within %d s".formatted(name, limit.toSeconds()));
                }
            } while (!shell.waitFor(LOOK.toMillis(), TimeUnit.MILLISECONDS));
            return peak;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while %s ran".formatted(name), e);
        } finally {
            shell.descendants().forEach(ProcessHandle::destroyForcibly);
            shell.destroyForcibly();
        }
    }

    /** The shell's own file counts the children that it has waited for. */
    private static String text(List<List<String>> commands, Path figures) {
        String lines = commands.stream()
                .map(command -> command.stream().map(Script::quoted).collect(Collectors.joining(" ")))
                .collect(Collectors.joining("\n"));
        return "set -e\n%s\ncat /proc/$$/stat /proc/$$/io >%s\n".formatted(lines, quoted(figures.toString()));
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}

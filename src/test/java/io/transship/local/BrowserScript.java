package io.transship.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A script of the tests that drives a real browser: Node with Playwright, and the Chromium of this machine. */
public final class BrowserScript {

    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Path PLAYWRIGHT = Path.of("node_modules", "playwright-core");

    private BrowserScript() {}

    /**
     * Executes a script of {@code src/test/js}.
     *
     * @param directory an existing one for its output
     * @return what it printed
     * @throws IOException with the end of what it printed, if it fails
     */
    public static String run(String script, Path directory, Map<String, String> environment, String... arguments)
            throws IOException {
        List<String> command =
                new ArrayList<>(List.of("node", Path.of("src/test/js", script).toString()));
        command.addAll(List.of(arguments));
        Map<String, String> all = new TreeMap<>(environment);
        all.put("PLAYWRIGHT", playwright().toAbsolutePath().toString());
        all.put("CHROMIUM", chromium().toString());
        all.put("PATH", System.getenv("PATH"));
        // What the browser writes for itself goes with the rest.
        all.put("HOME", directory.toString());
        all.put("TMPDIR", directory.toString());
        Path output = directory.resolve(script + ".out");
        ChildProcess.start(script, command, all, output).awaitSuccess(LIMIT);
        return Files.readString(output);
    }

    private static Path playwright() throws IOException {
        return Stream.concat(
                        Stream.ofNullable(System.getenv("TRANSSHIP_TOOLS"))
                                .flatMap(tools -> Stream.of(Path.of(tools), Path.of(tools, "playwright"))),
                        Stream.of(Path.of(".local", "playwright")))
                .map(folder -> folder.resolve(PLAYWRIGHT))
                .filter(Files::isDirectory)
                .findFirst()
                .orElseThrow(
                        () -> new IOException(
                                "playwright-core was not found; './dev test' installs it into .local/playwright, or set TRANSSHIP_TOOLS to a folder whose node_modules has it"));
    }

    private static Path chromium() throws IOException {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .flatMap(folder -> Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() ->
                        new IOException("no Chromium is on the PATH; './dev test' installs it, where apt-get is"));
    }
}

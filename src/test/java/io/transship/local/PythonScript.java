package io.transship.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A script of the tests, executed by the distribution's own Python, whose packages it needs. */
public final class PythonScript {

    private static final String PYTHON = "/usr/bin/python3";
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private PythonScript() {}

    /**
     * Executes a script of {@code src/test/python}.
     *
     * @param directory an existing one for its output
     * @return what it printed
     * @throws IOException with the end of what it printed, if it fails
     */
    public static String run(String script, Path directory, Map<String, String> environment, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(
                List.of(PYTHON, "-B", Path.of("src/test/python", script).toString()));
        command.addAll(List.of(arguments));
        Path output = directory.resolve(script + ".out");
        ChildProcess.start(script, command, environment, output).awaitSuccess(LIMIT);
        return Files.readString(output);
    }
}

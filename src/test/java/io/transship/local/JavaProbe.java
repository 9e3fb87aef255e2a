package io.transship.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A main class of the tests in a JVM of its own, for what reads the environment of its process, which cannot be changed in
 * this one.
 */
public final class JavaProbe {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private JavaProbe() {}

    /**
     * Runs it to its end and returns what it printed.
     *
     * @param environment all that it has, beside the search path if that is not among it
     * @param certificates that it trusts, and no others
     * @throws IOException if it fails or does not end; the message has the end of what it printed
     */
    public static String run(
            Class<?> mainClass,
            Map<String, String> environment,
            Certificates certificates,
            Path log,
            String... arguments)
            throws IOException {
        Map<String, String> all = new HashMap<>(environment);
        all.putIfAbsent("PATH", System.getenv("PATH"));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Djavax.net.ssl.trustStore=" + certificates.trustStore(),
                "-Djavax.net.ssl.trustStorePassword=" + certificates.password(),
                "-cp",
                System.getProperty("java.class.path"),
                mainClass.getName()));
        command.addAll(List.of(arguments));
        ChildProcess.start("the probe", command, all, log).awaitSuccess(LIMIT);
        return Files.readString(log);
    }
}

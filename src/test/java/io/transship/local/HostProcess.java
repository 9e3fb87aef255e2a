package io.transship.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The function host as a JVM of its own, started as Azure starts the Java worker: C1 only until {@code JAVA_OPTS} says
 * otherwise, and an environment that holds the app settings and nothing of ours. It can be killed and started again on
 * the same port. Not safe for use by several threads, except {@link #uri()}.
 */
public final class HostProcess implements AutoCloseable {

    static final String MASTER_KEY = "TRANSSHIP_LOCAL_MASTER_KEY";

    /** A name and not a class: the host reads a staging directory and is never called from here. */
    private static final String MAIN_CLASS = "io.transship.local.functions.FunctionHost";

    private static final List<String> WORKER_FLAGS =
            List.of("-XX:+TieredCompilation", "-XX:TieredStopAtLevel=1", "-Djava.net.preferIPv4Stack=true");
    private static final String DEFAULT_JAVA_OPTS = "-XX:TieredStopAtLevel=4 -XX:+UseSerialGC -Xmn32m -Xmx256m";
    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final Duration PROBE_LIMIT = Duration.ofSeconds(2);

    private final Options options;
    private final int port;
    private ChildProcess process;

    /**
     * How to start.
     *
     * @param staging the packaged app
     * @param log file for what the host and the app print
     * @param settings app settings, {@code JAVA_OPTS} among them, and the key {@link #MASTER_KEY} for the probe
     * @param mainClass of the host, on this JVM's class path
     */
    public record Options(Path staging, Path log, Map<String, String> settings, String mainClass) {

        public Options {
            settings = Map.copyOf(settings);
        }

        /** With the function host of this project. */
        public static Options of(Path staging, Path log, Map<String, String> settings) {
            return new Options(staging, log, settings, MAIN_CLASS);
        }

        @Override
        public String toString() {
            return "Options[staging=%s, log=%s, settings=%s]".formatted(staging, log, settings.keySet());
        }
    }

    private HostProcess(Options options, int port) throws IOException {
        this.options = options;
        this.port = port;
        this.process = launch();
    }

    /**
     * Starts the host on a free port and waits until it says that it runs.
     *
     * @throws IOException if it does not; the message has the end of its log
     */
    public static HostProcess start(Options options) throws IOException {
        return new HostProcess(options, freePort());
    }

    /** Address without a slash at its end; the same over a restart. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** An app setting, or an empty text. */
    String setting(String name) {
        return options.settings().getOrDefault(name, "");
    }

    /** Number of the process; another one after a restart. */
    public long pid() {
        return process.pid();
    }

    /** Where the host and the app print. */
    public Path log() {
        return options.log();
    }

    /** Whether it was not ended. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Ends the host at once (SIGKILL), in the middle of whatever it does. */
    public void kill() {
        process.kill();
    }

    /** Ends the host in an orderly way. */
    public void stop() {
        process.stop();
    }

    /** Stops the host if it runs, and starts it again with the same settings on the same port. */
    public void restart() throws IOException {
        process.stop();
        process = launch();
    }

    @Override
    public void close() {
        stop();
    }

    private ChildProcess launch() throws IOException {
        ChildProcess started = ChildProcess.start("the function host", command(), environment(), options.log());
        try (HttpClient probe =
                HttpClient.newBuilder().connectTimeout(PROBE_LIMIT).build()) {
            started.awaitReady(START_LIMIT, () -> runs(probe));
        }
        return started;
    }

    private List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(WORKER_FLAGS);
        String javaOpts = options.settings().getOrDefault("JAVA_OPTS", DEFAULT_JAVA_OPTS);
        command.addAll(Arrays.stream(javaOpts.split(" ", -1))
                .filter(flag -> !flag.isBlank())
                .toList());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), options.mainClass()));
        command.addAll(List.of(options.staging().toString(), "--port", Integer.toString(port)));
        return command;
    }

    private Map<String, String> environment() {
        Map<String, String> environment = new LinkedHashMap<>();
        for (String inherited : List.of("PATH", "HOME")) {
            Optional.ofNullable(System.getenv(inherited)).ifPresent(value -> environment.put(inherited, value));
        }
        environment.putAll(options.settings());
        return environment;
    }

    private boolean runs(HttpClient probe) {
        HttpRequest request = HttpRequest.newBuilder(uri().resolve("/admin/host/status"))
                .timeout(PROBE_LIMIT)
                .header("x-functions-key", options.settings().getOrDefault(MASTER_KEY, ""))
                .build();
        try {
            HttpResponse<String> answer = probe.send(request, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200
                    && JsonExchange.JSON
                            .readTree(answer.body())
                            .path("state")
                            .asText("Running")
                            .equals("Running");
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}

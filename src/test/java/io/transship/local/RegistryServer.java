package io.transship.local;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * CNCF Distribution ({@code docker-registry}) as a process on 127.0.0.1, with its data in a directory. It can be stopped
 * and started again with the same data on the same port. Not safe for use by several threads.
 *
 * @see <a href="https://distribution.github.io/distribution/about/configuration/">Distribution, configuration</a>
 */
public final class RegistryServer implements AutoCloseable {

    private static final Pattern LISTENING = Pattern.compile("listening on 127\\.0\\.0\\.1:(\\d+)");
    private static final Duration START_LIMIT = Duration.ofSeconds(30);

    private final Options options;
    private final Path log;
    private int port;
    private @Nullable ChildProcess process;

    /**
     * How to start.
     *
     * @param directory an existing directory for configuration, data and log
     * @param login asked for by basic authentication; empty to let everybody in
     */
    public record Options(Path directory, Optional<Login> login) {

        /** Open to everybody. */
        public static Options in(Path directory) {
            return new Options(directory, Optional.empty());
        }

        /** The same with a login. */
        public Options withLogin(String username, String password) {
            return new Options(directory, Optional.of(new Login(username, password)));
        }
    }

    /** The one user of a registry. */
    public record Login(String username, String password) {

        @Override
        public String toString() {
            return "Login[" + username + "]";
        }
    }

    private RegistryServer(Options options) {
        this.options = options;
        this.log = options.directory().resolve("registry.log");
    }

    /**
     * Starts a registry on a free port and waits until it answers.
     *
     * @throws IOException if it is not installed or does not start
     */
    public static RegistryServer start(Options options) throws IOException {
        RegistryServer server = new RegistryServer(options);
        server.start();
        return server;
    }

    /** Address without a slash at its end. It stays the same over a restart. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** {@code host:port}, as it stands in front of a repository. */
    public String loginServer() {
        return "127.0.0.1:" + port;
    }

    /** Bytes of all blobs that it keeps, each once, as they lie in its data directory. */
    public long blobBytes() throws IOException {
        return dataFiles(file -> file.toString().contains("/blobs/"))
                .mapToLong(File::length)
                .sum();
    }

    /** Uploads that were begun and neither finished nor given up. */
    public long openUploads() throws IOException {
        return dataFiles(file -> file.toString().contains("/_uploads/")).count();
    }

    /** The registry moves and deletes files while we look; one that goes away in between does not count. */
    private Stream<File> dataFiles(Predicate<Path> wanted) throws IOException {
        List<File> found = new ArrayList<>();
        Files.walkFileTree(options.directory().resolve("data"), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.endsWith("data") && wanted.test(file)) {
                    found.add(file.toFile());
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException gone) {
                return FileVisitResult.CONTINUE;
            }
        });
        return found.stream();
    }

    /** Starts again after {@link #stop} or {@link #kill}; does nothing while it runs. */
    public void start() throws IOException {
        if (process != null && process.isAlive()) {
            return;
        }
        Path configuration = writeConfiguration();
        long logged = Files.exists(log) ? Files.size(log) : 0;
        ChildProcess started = launch(configuration);
        process = started;
        started.awaitReady(START_LIMIT, () -> listens(logged));
    }

    /** Ends the process in an orderly way; connections are refused until {@link #start}. */
    public void stop() {
        if (process != null) {
            process.stop();
        }
    }

    /** Ends the process at once, in the middle of whatever it does. */
    public void kill() {
        if (process != null) {
            process.kill();
        }
    }

    /** Stops the process; the data stays. */
    @Override
    public void close() {
        stop();
    }

    private ChildProcess launch(Path configuration) throws IOException {
        try {
            return ChildProcess.start(
                    "docker-registry",
                    List.of("docker-registry", "serve", configuration.toString()),
                    Map.of("PATH", System.getenv("PATH"), "OTEL_TRACES_EXPORTER", "none"),
                    log);
        } catch (IOException e) {
            throw new IOException("cannot start 'docker-registry': install the package docker-registry", e);
        }
    }

    /** The registry picks its first port itself (0) and logs it, so that no other process can take it in between. */
    private boolean listens(long from) {
        Matcher listening = LISTENING.matcher(ChildProcess.logged(log, from));
        if (!listening.find()) {
            return false;
        }
        port = Integer.parseInt(listening.group(1));
        return true;
    }

    private Path writeConfiguration() throws IOException {
        Path data = Files.createDirectories(options.directory().resolve("data"));
        Path file = options.directory().resolve("registry.yml");
        String configuration = """
                version: 0.1
                log: {level: info, accesslog: {disabled: true}}
                storage:
                  filesystem: {rootdirectory: '%s', maxthreads: 100}
                  delete: {enabled: true}
                  cache: {blobdescriptor: inmemory}
                http: {addr: '127.0.0.1:%d', secret: local}
                """.formatted(data.toAbsolutePath(), port);
        if (options.login().isPresent()) {
            configuration += "auth: {htpasswd: {realm: local, path: '%s'}}\n"
                    .formatted(writePasswords(options.login().get()));
        }
        return Files.writeString(file, configuration);
    }

    /** The least cost that bcrypt has: the registry computes it anew for every request. */
    private Path writePasswords(Login login) throws IOException {
        Path file = options.directory().resolve("htpasswd").toAbsolutePath();
        Process htpasswd = htpasswd(login, file);
        try (OutputStream input = htpasswd.getOutputStream()) {
            input.write(login.password().getBytes(StandardCharsets.UTF_8));
        }
        if (htpasswd.onExit().join().exitValue() != 0) {
            throw new IOException("htpasswd refused the login of user '%s'".formatted(login.username()));
        }
        return file;
    }

    private static Process htpasswd(Login login, Path file) throws IOException {
        try {
            return new ProcessBuilder("htpasswd", "-inB", "-C", "4", login.username())
                    .redirectOutput(file.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new IOException("cannot start 'htpasswd': install the package apache2-utils", e);
        }
    }
}

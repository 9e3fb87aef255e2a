package io.transship.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * The program skopeo, logged in to registries of the local cloud. For one thread.
 *
 * @see <a href="https://github.com/containers/skopeo">skopeo</a>
 */
public final class Skopeo {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Path directory;
    private final Path logins;
    private int runs;

    private Skopeo(Path directory, Path logins) {
        this.directory = directory;
        this.logins = logins;
    }

    /**
     * Logs in without a request, by a file.
     *
     * @param directory an existing one for the file and whatever skopeo needs room for
     * @param passwords of {@link LocalCloud#USERNAME}, by {@code host:port}
     */
    public static Skopeo in(Path directory, Map<String, String> passwords) throws IOException {
        var json = JsonExchange.JSON.createObjectNode();
        passwords.forEach((server, password) -> json.withObject("/auths")
                .putObject(server)
                .put("auth", Base64.getEncoder().encodeToString(utf8(LocalCloud.USERNAME + ":" + password))));
        return new Skopeo(directory, Files.writeString(directory.resolve("logins.json"), json.toString()));
    }

    /** Copies an artifact with its digests as they are. */
    public void copy(String from, String to) throws IOException {
        run("copy", "--preserve-digests", "--src-tls-verify=false", "--dest-tls-verify=false", from, to);
    }

    /** Copies an artifact with all images of an index. */
    public void copyAll(String from, String to) throws IOException {
        run("copy", "--all", "--preserve-digests", "--src-tls-verify=false", "--dest-tls-verify=false", from, to);
    }

    /** The bytes of a manifest. */
    public byte[] manifest(String reference) throws IOException {
        return run("inspect", "--raw", reference);
    }

    private byte[] run(String verb, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("skopeo", "--insecure-policy", verb));
        command.addAll(Arrays.asList(arguments));
        Path output = directory.resolve("skopeo-%d.out".formatted(++runs));
        Map<String, String> environment = Map.of(
                "PATH", System.getenv("PATH"), "TMPDIR", directory.toString(), "REGISTRY_AUTH_FILE", logins.toString());
        ChildProcess.start("skopeo", command, environment, output).awaitSuccess(LIMIT);
        return Files.readAllBytes(output);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

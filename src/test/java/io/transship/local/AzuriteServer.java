package io.transship.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Azurite as a process: blob, queue and table service on free ports of 127.0.0.1, with accounts whose keys are random.
 * It is ready when {@link #start} returns and gone when {@link #close} does, or when this JVM ends.
 *
 * @see <a href="https://github.com/Azure/Azurite">Azurite</a>
 */
public final class AzuriteServer implements AutoCloseable {

    private static final Pattern LISTENING =
            Pattern.compile("Azurite (Blob|Queue|Table) service is successfully listening at https?://[^:]+:(\\d+)");

    /** Node closes idle connections after 5 s by default, in the middle of a client's next request. */
    private static final String KEEP_ALIVE_SECONDS = "300";

    private final Process process;
    private final Thread killer;
    private final String scheme;
    private final Map<String, String> keys;
    private final Map<Service, Integer> ports;

    private enum Service {
        BLOB,
        QUEUE,
        TABLE
    }

    /**
     * How to start.
     *
     * @param accounts names of storage accounts, 3 to 24 lower-case letters and digits
     * @param certificates for HTTPS, which also makes Azurite accept Entra tokens without checking their signature; empty
     *     for plain HTTP
     * @param location an existing directory for the data; empty to keep it in memory
     */
    public record Options(List<String> accounts, Optional<Certificates> certificates, Optional<Path> location) {

        public Options {
            accounts = List.copyOf(accounts);
        }

        /** Plain HTTP and data in memory. */
        public static Options of(String... accounts) {
            return new Options(List.of(accounts), Optional.empty(), Optional.empty());
        }

        /** The same with HTTPS and Entra tokens. */
        public Options withHttps(Certificates certificate) {
            return new Options(accounts, Optional.of(certificate), location);
        }

        /** The same with data on disk. */
        public Options withLocation(Path directory) {
            return new Options(accounts, certificates, Optional.of(directory));
        }
    }

    private AzuriteServer(
            Process process, Thread killer, String scheme, Map<String, String> keys, Map<Service, Integer> ports) {
        this.process = process;
        this.killer = killer;
        this.scheme = scheme;
        this.keys = keys;
        this.ports = ports;
    }

    /**
     * Starts Azurite and waits until its three services listen.
     *
     * @throws IOException if it is not installed or does not start; the message says what it printed
     */
    public static AzuriteServer start(Options options) throws IOException {
        Map<String, String> keys = randomKeys(options.accounts());
        ProcessBuilder builder = new ProcessBuilder(command(options)).redirectErrorStream(true);
        builder.environment()
                .put(
                        "AZURITE_ACCOUNTS",
                        keys.entrySet().stream()
                                .map(account -> account.getKey() + ":" + account.getValue())
                                .collect(Collectors.joining(";")));
        Process process = builder.start();
        Thread killer = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(killer);
        try {
            Map<Service, Integer> ports = awaitPorts(process);
            String scheme = options.certificates().isPresent() ? "https" : "http";
            return new AzuriteServer(process, killer, scheme, keys, ports);
        } catch (IOException | RuntimeException e) {
            stop(process, killer);
            throw e;
        }
    }

    /** Blob endpoint of an account, with the account in the path and no slash at its end. */
    public URI blobEndpoint(String account) {
        return endpoint(Service.BLOB, account);
    }

    /** Queue endpoint of an account. */
    public URI queueEndpoint(String account) {
        return endpoint(Service.QUEUE, account);
    }

    /** Table endpoint of an account. */
    public URI tableEndpoint(String account) {
        return endpoint(Service.TABLE, account);
    }

    /** The accounts that it was started with. */
    public Set<String> accounts() {
        return Set.copyOf(keys.keySet());
    }

    /** The account's key, base64. */
    public String accountKey(String account) {
        String key = keys.get(account);
        if (key == null) {
            throw new IllegalArgumentException(
                    "azurite has no account '%s', only %s".formatted(account, keys.keySet()));
        }
        return key;
    }

    /** A connection string as the setting {@code AzureWebJobsStorage} takes it. */
    public String connectionString(String account) {
        return "DefaultEndpointsProtocol=%s;AccountName=%s;AccountKey=%s;BlobEndpoint=%s;QueueEndpoint=%s;TableEndpoint=%s;"
                .formatted(
                        scheme,
                        account,
                        accountKey(account),
                        blobEndpoint(account),
                        queueEndpoint(account),
                        tableEndpoint(account));
    }

    /** Stops the process and waits until it is gone; data in memory is lost. */
    @Override
    public void close() {
        stop(process, killer);
    }

    private URI endpoint(Service service, String account) {
        accountKey(account);
        return URI.create("%s://127.0.0.1:%d/%s".formatted(scheme, ports.get(service), account));
    }

    private static Map<String, String> randomKeys(List<String> accounts) {
        SecureRandom random = new SecureRandom();
        Map<String, String> keys = new LinkedHashMap<>();
        for (String account : accounts) {
            byte[] key = new byte[64];
            random.nextBytes(key);
            keys.put(account, Base64.getEncoder().encodeToString(key));
        }
        return keys;
    }

    private static List<String> command(Options options) throws IOException {
        List<String> command = new ArrayList<>(List.of("node", script().toString()));
        for (String service : List.of("blob", "queue", "table")) {
            command.addAll(List.of("--" + service + "Host", "127.0.0.1", "--" + service + "Port", "0"));
            command.addAll(List.of("--" + service + "KeepAliveTimeout", KEEP_ALIVE_SECONDS));
        }
        command.addAll(List.of("--skipApiVersionCheck", "--disableTelemetry", "--silent"));
        options.certificates().ifPresent(certificate -> {
            command.addAll(List.of("--cert", certificate.certificatePem().toString()));
            command.addAll(List.of("--key", certificate.keyPem().toString()));
            command.addAll(List.of("--oauth", "basic"));
        });
        command.addAll(options.location()
                .map(directory -> List.of("--location", directory.toString()))
                .orElse(List.of("--inMemoryPersistence")));
        return command;
    }

    private static Path script() throws IOException {
        List<Path> modules = Stream.concat(
                        Stream.ofNullable(System.getenv("TRANSSHIP_TOOLS"))
                                .flatMap(tools -> Stream.of(
                                        Path.of(tools, "node_modules"), Path.of(tools, "npm", "node_modules"))),
                        Stream.of(Path.of(".local", "npm", "node_modules")))
                .toList();
        return modules.stream()
                .map(folder -> folder.resolve("azurite/dist/src/azurite.js").toAbsolutePath())
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new IOException(
                        ("azurite is in none of %s: install it with 'npm install --prefix .local/npm azurite@3.37.0',"
                                        + " or set TRANSSHIP_TOOLS to a folder whose node_modules has it")
                                .formatted(modules)));
    }

    /** Azurite picks the ports itself (0) and prints them, so that no other process can take one in between. */
    private static Map<Service, Integer> awaitPorts(Process process) throws IOException {
        Map<Service, Integer> ports = new EnumMap<>(Service.class);
        StringBuilder printed = new StringBuilder();
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        while (ports.size() < Service.values().length) {
            String line = output.readLine();
            if (line == null) {
                throw new IOException("azurite did not start, it printed: " + printed);
            }
            printed.append(line).append('\n');
            Matcher listening = LISTENING.matcher(line);
            if (listening.find()) {
                String service = listening.group(1).toUpperCase(Locale.ROOT);
                ports.put(Service.valueOf(service), Integer.valueOf(listening.group(2)));
            }
        }
        Thread.ofVirtual().name("azurite-output").start(() -> drain(output));
        return ports;
    }

    private static void drain(BufferedReader output) {
        try {
            while (output.readLine() != null) {
                // A full pipe would stop the process; what it says after its start is of no use.
            }
        } catch (IOException e) {
            // The process ended.
        }
    }

    private static void stop(Process process, Thread killer) {
        try {
            process.destroy();
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            Runtime.getRuntime().removeShutdownHook(killer);
        } catch (IllegalStateException e) {
            // The JVM is already ending, and the hook with it.
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}

package io.transship.local;

import com.azure.storage.blob.BlobContainerClient;
import io.transship.local.artifacts.DistributionClient;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Everything that the app needs around it, on 127.0.0.1: two registries, storage accounts on both sides of the border, a
 * vault, an identity, the function hosts with the packaged app, and the event subscription of its import. Passwords and
 * keys are random. What was started is stopped by {@link #close}, by a start that fails half-way, and with this JVM. Not
 * safe for use by several threads.
 */
public final class LocalCloud implements AutoCloseable {

    /** The user of both registries. */
    public static final String USERNAME = "demo";

    private static final String CONTAINER = "transfer";
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration SAS_LIFE = Duration.ofDays(30);

    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private final CloudRegistries registries = new CloudRegistries();
    private final String functionKey = randomKey();
    private final Certificates certificates;
    private final AzuriteServer azurite;
    private final CloudStorage storage;
    private final KeyVaultServer vault;
    private final IdentityServer identity;
    private final CloudHosts hosts;
    private final Optional<EventSource> events;

    /**
     * How to start.
     *
     * @param directory an existing directory for data, logs and certificates
     * @param staging the packaged app
     * @param exportOptions of the pipeline {@code exportdemo}
     * @param importOptions of the pipeline {@code importdemo}
     * @param settings last word on the app settings
     * @param eventCopies how often each event is delivered; 0 loses all of them
     * @param hosts how many function hosts share the work
     */
    public record Options(
            Path directory,
            Path staging,
            List<String> exportOptions,
            List<String> importOptions,
            UnaryOperator<Map<String, String>> settings,
            int eventCopies,
            int hosts) {

        public Options {
            exportOptions = List.copyOf(exportOptions);
            importOptions = List.copyOf(importOptions);
        }

        /** Both pipelines overwrite, the archive stays, every event comes once, to one host. */
        public static Options of(Path directory, Path staging) {
            return new Options(
                    directory,
                    staging,
                    List.of("OverwriteBlobs"),
                    List.of("OverwriteTags"),
                    UnaryOperator.identity(),
                    1,
                    1);
        }

        /** The same with other options of the export pipeline. */
        public Options withExportOptions(String... options) {
            return new Options(directory, staging, List.of(options), importOptions, settings, eventCopies, hosts);
        }

        /** The same with other options of the import pipeline. */
        public Options withImportOptions(String... options) {
            return new Options(directory, staging, exportOptions, List.of(options), settings, eventCopies, hosts);
        }

        /** The same with an app setting added or replaced. */
        public Options withSetting(String name, String value) {
            return withSettings(map -> {
                map.put(name, value);
                return map;
            });
        }

        /** The same with a change to all app settings; the map given to it can be changed. */
        public Options withSettings(UnaryOperator<Map<String, String>> change) {
            UnaryOperator<Map<String, String>> before = settings;
            return new Options(
                    directory,
                    staging,
                    exportOptions,
                    importOptions,
                    map -> change.apply(before.apply(map)),
                    eventCopies,
                    hosts);
        }

        /** The same with another number of deliveries for each event. */
        public Options withEventCopies(int copies) {
            return new Options(directory, staging, exportOptions, importOptions, settings, copies, hosts);
        }

        /** The same with several function hosts. */
        public Options withHosts(int count) {
            return new Options(directory, staging, exportOptions, importOptions, settings, eventCopies, count);
        }
    }

    private LocalCloud(Options options) throws IOException {
        try {
            certificates = Certificates.create(
                    Files.createDirectories(options.directory().resolve("certificates")));
            opened(registries.start(options.directory(), "source", randomKey()));
            opened(registries.start(options.directory(), "target", randomKey()));
            azurite = opened(AzuriteServer.start(AzuriteServer.Options.of("hoststore", "srcstore", "dststore")
                    .withHttps(certificates)
                    .withLocation(Files.createDirectories(options.directory().resolve("storage")))));
            storage = new CloudStorage(azurite, certificates);
            container("srcstore").create();
            container("dststore").create();
            vault = opened(KeyVaultServer.start(certificates, Clock.systemUTC()));
            identity = opened(IdentityServer.start(Clock.systemUTC()));
            fillVault();
            hosts = opened(startHosts(options));
            events = options.eventCopies() == 0 ? Optional.empty() : Optional.of(opened(startEvents(options)));
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Starts everything and waits until all of it is ready.
     *
     * @throws IOException if a part is not installed or does not start; nothing is left running
     */
    public static LocalCloud start(Options options) throws IOException {
        return new LocalCloud(options);
    }

    /** The registry {@code source} or {@code target}. */
    public RegistryServer registry(String name) {
        return registries.server(name);
    }

    /** Password of {@link #USERNAME} at a registry. */
    public String registryPassword(String name) {
        return registries.password(name);
    }

    /** A client of a registry that is not the app's. The caller closes it. */
    public DistributionClient registryClient(String name) {
        return registries.client(name);
    }

    /** Path of the app's resources for a registry, without {@code /api} and without a slash at its end. */
    public String registryPath(String name) {
        return CloudSettings.REGISTRIES + name;
    }

    /** The container {@code transfer} of {@code srcstore} or {@code dststore}, opened with the account's key. */
    public BlobContainerClient container(String account) {
        return storage.container(account, CONTAINER);
    }

    /** Containers and SAS of both sides. */
    public CloudStorage storage() {
        return storage;
    }

    /** Storage of both sides and of the host. */
    public AzuriteServer azurite() {
        return azurite;
    }

    /** The vault with the passwords and SAS tokens. */
    public KeyVaultServer vault() {
        return vault;
    }

    /** The managed identity of the app. */
    public IdentityServer identity() {
        return identity;
    }

    /** Address of the app without a slash at its end: any of its hosts that lives. */
    public URI app() {
        return hosts.address();
    }

    /** The app's one host, or the first of them. */
    public HostProcess host() {
        return hosts().getFirst();
    }

    /** All hosts of the app. */
    public List<HostProcess> hosts() {
        return hosts.all();
    }

    /** Key for the app's functions. */
    public String functionKey() {
        return functionKey;
    }

    /** The event subscription of {@code dststore}; empty if events are lost on purpose. */
    public Optional<EventSource> events() {
        return events;
    }

    /** The certificate of storage and vault. */
    public Certificates certificates() {
        return certificates;
    }

    /**
     * All that must never leave the parts that it belongs to, in every form in which it travels: passwords, keys, signatures
     * and tokens, up to now.
     */
    public Set<String> secrets() {
        Set<String> secrets = new HashSet<>(Set.of(functionKey, identity.header()));
        secrets.add(host().setting("TRANSSHIP_LOCAL_EVENTGRID_KEY"));
        secrets.add(host().setting(HostProcess.MASTER_KEY));
        secrets.addAll(identity.tokens());
        azurite.accounts().forEach(account -> secrets.add(azurite.accountKey(account)));
        registries.passwords().forEach((name, password) -> {
            secrets.add(password);
            secrets.add(
                    Base64.getEncoder().encodeToString((USERNAME + ":" + password).getBytes(StandardCharsets.UTF_8)));
        });
        for (String value : vault.values()) {
            int signature = value.indexOf("sig=");
            String secret =
                    signature < 0 ? value : value.substring(signature + 4).split("&", -1)[0];
            secrets.add(secret);
            // A token that a test cut off may end in the middle of an escape.
            String whole = secret.replaceAll("%[0-9A-Fa-f]?$", "").replace("+", "%2B");
            secrets.add(URLDecoder.decode(whole, StandardCharsets.UTF_8));
        }
        return secrets;
    }

    /** A new SAS of the container {@code transfer} for a month, see {@link CloudStorage#sas}. */
    public String sas(String account, String permissions) {
        return storage.sas(account, CONTAINER, permissions, SAS_LIFE);
    }

    /** Delivers the events of one more container to the app, from now on. */
    public EventSource watch(BlobContainerClient container, EventSource.Schema schema) throws IOException {
        return opened(
                EventSource.start(container, EventSource.Options.to(webhook()).withSchema(schema)));
    }

    /** Stops everything, the last started first; goes on when one part cannot be stopped. */
    @Override
    public void close() {
        RuntimeException problem = null;
        while (!started.isEmpty()) {
            try {
                started.pop().close();
            } catch (Exception e) {
                problem = new IllegalStateException("a part of the local cloud could not be stopped", e);
            }
        }
        if (problem != null) {
            throw problem;
        }
    }

    private void fillVault() {
        registries.passwords().forEach((name, password) -> vault.set(name + "-registry-password", password));
        vault.set("export-sas", sas("srcstore", "alrw"));
        vault.set("relay-sas", sas("dststore", "alrw"));
        vault.set("import-sas", sas("dststore", "dlr"));
    }

    private CloudHosts startHosts(Options options) throws IOException {
        CloudSettings settings = new CloudSettings()
                .with("AzureWebJobsStorage", azurite.connectionString("hoststore"))
                .with("TRANSSHIP_LOCAL_FUNCTION_KEY", functionKey)
                .with("TRANSSHIP_LOCAL_EVENTGRID_KEY", randomKey())
                .with(HostProcess.MASTER_KEY, randomKey())
                .withAll(identity.settings())
                .withJavaOptions(certificates)
                .withRegistries(registries.servers(), USERNAME, vault)
                .withPipelines(
                        URI.create(container("srcstore").getBlobContainerUrl()),
                        URI.create(container("dststore").getBlobContainerUrl()),
                        vault,
                        options.exportOptions(),
                        options.importOptions());
        Map<String, String> changed = options.settings().apply(new LinkedHashMap<>(settings.toMap()));
        return CloudHosts.start(options.hosts(), options.staging(), options.directory(), changed);
    }

    private EventSource startEvents(Options options) throws IOException {
        return EventSource.start(
                container("dststore"), EventSource.Options.to(webhook()).withCopies(options.eventCopies()));
    }

    private URI webhook() {
        return app().resolve("/runtime/webhooks/EventGrid?functionName=ImportOnBlobCreated&code="
                + host().setting("TRANSSHIP_LOCAL_EVENTGRID_KEY"));
    }

    private <T extends AutoCloseable> T opened(T part) {
        started.push(part);
        return part;
    }

    private static String randomKey() {
        byte[] bytes = new byte[18];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}

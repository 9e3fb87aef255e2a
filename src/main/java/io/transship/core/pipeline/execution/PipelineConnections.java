package io.transship.core.pipeline.execution;

import io.transship.core.content.Bandwidth;
import io.transship.core.oci.Digest;
import io.transship.core.pipeline.AllowedHosts;
import io.transship.core.pipeline.Pipeline;
import io.transship.core.pipeline.PipelineContainer;
import io.transship.core.pipeline.RegistryDirectory;
import io.transship.core.pipeline.RegistryDirectory.SignIn;
import io.transship.core.pipeline.telemetry.ConnectionTelemetry;
import io.transship.core.pipeline.telemetry.ConnectionTelemetry.HostKind;
import io.transship.core.registry.Registry;
import io.transship.core.registry.RegistryClient;
import io.transship.core.registry.RegistrySettings;
import io.transship.core.registry.auth.EntraTokens;
import io.transship.core.registry.auth.RegistryCredential;
import io.transship.core.registry.http.RetryPolicy;
import io.transship.core.registry.pace.RegistryPaces;
import io.transship.core.sas.InvalidSasException;
import io.transship.core.sas.SasProblem;
import io.transship.core.sas.SasRequirements;
import io.transship.core.sas.SasToken;
import io.transship.core.sas.SasValidator;
import io.transship.core.storage.BlobContainer;
import io.transship.core.storage.BlobContainers;
import io.transship.core.storage.ContainerUri;
import io.transship.core.storage.SecretStore;
import io.transship.core.storage.SecretUri;
import io.transship.core.storage.StorageAccess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;

/** Opens registries and containers by the app's settings, and keeps registries open. Thread-safe. */
public final class PipelineConnections implements RunConnections, AutoCloseable {

    private static final System.Logger LOG = System.getLogger(PipelineConnections.class.getName());

    private final RegistryDirectory directory;
    private final AllowedHosts allowedHosts;
    private final SecretStore secrets;
    private final BlobContainers containers;
    private final Function<Optional<String>, EntraTokens> identities;
    private final SasValidator sasValidator;
    private final RetryPolicy retryPolicy;
    private final RegistryPaces paces;
    private final ConnectionTelemetry telemetry;
    private final ConcurrentMap<String, Registry> registries = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, String> warned = new ConcurrentHashMap<>();

    /** What a container is opened for. */
    private record Need(PipelineContainer container, SasRequirements requirements, Duration use) {}

    /**
     * Puts them together.
     *
     * @param identities tokens of the user-assigned identity of that client id, or of the system-assigned one
     * @param paces of all that asks registries in this process
     */
    public PipelineConnections(
            RegistryDirectory directory,
            AllowedHosts allowedHosts,
            SecretStore secrets,
            BlobContainers containers,
            Function<Optional<String>, EntraTokens> identities,
            SasValidator sasValidator,
            RetryPolicy retryPolicy,
            RegistryPaces paces,
            ConnectionTelemetry telemetry) {
        this.directory = directory;
        this.allowedHosts = allowedHosts;
        this.secrets = secrets;
        this.containers = containers;
        this.identities = identities;
        this.sasValidator = sasValidator;
        this.retryPolicy = retryPolicy;
        this.paces = paces;
        this.telemetry = telemetry;
    }

    @Override
    public Registry registry(Pipeline pipeline) {
        String key = pipeline.id().registry() + "\n" + pipeline.identity().orElse("");
        return registries.computeIfAbsent(key, unused -> open(pipeline));
    }

    private Registry open(Pipeline pipeline) {
        RegistryDirectory.Entry entry = directory.find(pipeline.id().registry());
        allowedHosts.require(
                entry.loginServer().getHost(),
                "registry '%s'".formatted(pipeline.id().registry()));
        RegistryCredential credential = switch (entry.signIn()) {
            case SignIn.Anonymous anonymous -> new RegistryCredential.Anonymous();
            case SignIn.Identity identity ->
                new RegistryCredential.Entra(
                        identities.apply(pipeline.identity()), directory.cloud().registryScope());
            case SignIn.Password password ->
                new RegistryCredential.Basic(password.username(), () -> {
                    // Asked for first and again after a refusal: then what was kept is just what was refused.
                    secrets.forget(password.password());
                    return secret(password.password(), pipeline);
                });
        };
        return new RegistryClient(RegistrySettings.of(entry.loginServer(), credential)
                .withCloud(directory.cloud())
                .withTokenHosts(entry.tokenHosts())
                .withRetryPolicy(retryPolicy)
                .withPacing(paces.of(entry.loginServer(), entry.limits()))
                .withRetryListener(reason -> telemetry.triesAgain(HostKind.REGISTRY, reason)));
    }

    @Override
    public BlobContainer container(
            Pipeline pipeline, PipelineContainer container, SasRequirements requirements, Duration use)
            throws IOException {
        allowedHosts.require(container.uri().host(), "container '%s'".formatted(container.uri()));
        if (container.sasSecret().isEmpty()) {
            return containers.open(container.uri(), new StorageAccess.Identity(pipeline.identity()));
        }
        return containers.open(
                container.uri(), new StorageAccess.Sas(fittingSas(pipeline, new Need(container, requirements, use))));
    }

    private SasToken fittingSas(Pipeline pipeline, Need need) throws IOException {
        SecretUri secret = need.container().sasSecret().orElseThrow();
        String kept = secret(secret, pipeline);
        try {
            return checked(kept, secret, need);
        } catch (InvalidSasException e) {
            // It may have been replaced since it was read.
            secrets.forget(secret);
            String now = secret(secret, pipeline);
            if (now.equals(kept)) {
                throw e;
            }
            return checked(now, secret, need);
        }
    }

    private SasToken checked(String value, SecretUri secret, Need need) {
        SasToken token = parse(secret, value);
        ContainerUri container = need.container().uri();
        boolean rotated = need.container().rotation().isPresent();
        token.expiry().ifPresent(end -> telemetry.sasEnds(secret, container, end, rotated));
        List<SasProblem> problems =
                sasValidator.validate(token, need.requirements(), container.sasTarget(), need.use());
        if (problems.stream().anyMatch(SasProblem::isError)) {
            throw new InvalidSasException(
                    "the SAS in secret '%s' for container '%s' will not do: %s; then: az keyvault secret set --vault-name %s --name %s --value \"<the new SAS>\""
                            .formatted(
                                    secret,
                                    container,
                                    SasProblem.describe(problems),
                                    secret.vaultName(),
                                    secret.name()));
        }
        // A SAS that the app rotates is as it should be, and that a rotation fails is said by the rotation.
        warn(secret, container, rotated ? List.of() : problems);
        return token;
    }

    /** Once for each new finding: every step opens its containers anew. */
    private void warn(SecretUri secret, ContainerUri container, List<SasProblem> problems) {
        String warning = problems.isEmpty() ? "" : SasProblem.describe(problems);
        String before = warned.put(secret + "\n" + container, warning);
        if (!warning.isEmpty() && !warning.equals(before)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "SAS in secret '%s' for container '%s': %s".formatted(secret, container, warning));
        }
    }

    private static SasToken parse(SecretUri secret, String value) {
        try {
            return SasToken.parse(value);
        } catch (InvalidSasException e) {
            throw new InvalidSasException("secret '%s' does not hold a SAS: %s".formatted(secret, e.getMessage()));
        }
    }

    @Override
    public Bandwidth bandwidth() {
        return paces.bandwidth();
    }

    @Override
    public Set<Digest> secretsInUse(Pipeline pipeline) throws IOException {
        Set<Digest> digests = new HashSet<>();
        for (SecretUri secret : secretsOf(pipeline)) {
            digests.add(Digest.sha256Of(secret(secret, pipeline).getBytes(StandardCharsets.UTF_8)));
        }
        return digests;
    }

    @Override
    public boolean renewSecrets(Pipeline pipeline, Set<Digest> used) throws IOException {
        secretsOf(pipeline).forEach(secrets::forget);
        return !secretsInUse(pipeline).equals(used);
    }

    private String secret(SecretUri secret, Pipeline pipeline) throws IOException {
        allowedHosts.require(secret.vault().getHost(), "secret '%s'".formatted(secret));
        return secrets.read(secret, pipeline.identity());
    }

    private static List<SecretUri> secretsOf(Pipeline pipeline) {
        return pipeline.containers().stream()
                .map(PipelineContainer::sasSecret)
                .flatMap(Optional::stream)
                .toList();
    }

    @Override
    public void close() {
        registries.values().forEach(Registry::close);
    }
}

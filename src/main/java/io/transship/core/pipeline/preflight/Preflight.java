package io.transship.core.pipeline.preflight;

import io.transship.core.pipeline.AllowedHosts;
import io.transship.core.pipeline.Pipeline;
import io.transship.core.pipeline.RegistryDirectory;
import io.transship.core.pipeline.preflight.network.Network;
import io.transship.core.registry.Registry;
import io.transship.core.registry.RegistryClient;
import io.transship.core.registry.RegistrySettings;
import io.transship.core.registry.auth.EntraTokens;
import io.transship.core.sas.SasValidator;
import io.transship.core.storage.BlobContainers;
import io.transship.core.storage.SecretStore;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Checks a pipeline before someone trusts it with a run: every hop by itself, each right really used, nothing left behind
 * that anyone sees. Thread-safe.
 */
public final class Preflight {

    /**
     * How long to wait for answers.
     *
     * @param connect for each step of a connection: name, TCP, TLS
     * @param answer for each question to a service, with the attempts that its client makes
     * @param whole from the start of a preflight on until no further question is asked
     */
    public record Limits(Duration connect, Duration answer, Duration whole) {

        /** An HTTP request must be answered within 230 s on Azure Functions, and all that runs has to end. */
        public static final Limits DEFAULT =
                new Limits(Duration.ofSeconds(10), Duration.ofSeconds(20), Duration.ofSeconds(150));
    }

    private final RegistryDirectory directory;
    private final Function<Optional<String>, EntraTokens> identities;
    private final EndpointChecks endpoints;
    private final SecretChecks secrets;
    private final RegistryChecks registries;
    private final ContainerChecks containers;
    private final Limits limits;
    private final Clock clock;

    /**
     * Puts it together.
     *
     * @param identities tokens of the user-assigned identity of that client id, or of the system-assigned one
     */
    public Preflight(
            RegistryDirectory directory,
            AllowedHosts allowedHosts,
            SecretStore secrets,
            BlobContainers containers,
            Function<Optional<String>, EntraTokens> identities,
            SasValidator sasValidator,
            Network network,
            Limits limits) {
        this(
                directory,
                allowedHosts,
                secrets,
                containers,
                identities,
                sasValidator,
                network,
                limits,
                RegistryClient::new,
                Clock.systemUTC(),
                () -> ThreadLocalRandom.current().nextLong());
    }

    Preflight(
            RegistryDirectory directory,
            AllowedHosts allowedHosts,
            SecretStore secrets,
            BlobContainers containers,
            Function<Optional<String>, EntraTokens> identities,
            SasValidator sasValidator,
            Network network,
            Limits limits,
            Function<RegistrySettings, Registry> registryOpener,
            Clock clock,
            RandomGenerator random) {
        this.directory = directory;
        this.identities = identities;
        this.endpoints = new EndpointChecks(allowedHosts, network);
        this.secrets = new SecretChecks(secrets);
        this.registries = new RegistryChecks(registryOpener, directory.cloud(), random);
        this.containers = new ContainerChecks(containers, sasValidator, random);
        this.limits = limits;
        this.clock = clock;
    }

    /**
     * Checks a pipeline.
     *
     * @param repositories names of those that runs will touch, without the registry; none if they are not known
     * @throws IOException if it was interrupted; whatever is wrong with the pipeline is in the report
     */
    public PreflightReport check(Pipeline pipeline, List<String> repositories) throws IOException {
        return new PipelineChecks(
                        pipeline,
                        directory.find(pipeline.id().registry()),
                        repositories,
                        new IdentityChecks(identities, directory.cloud()),
                        endpoints,
                        secrets,
                        registries,
                        containers,
                        new Probes(limits, clock))
                .run();
    }
}

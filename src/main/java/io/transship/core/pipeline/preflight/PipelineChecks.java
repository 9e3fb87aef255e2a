package io.transship.core.pipeline.preflight;

import io.transship.core.pipeline.Pipeline;
import io.transship.core.pipeline.Pipeline.ExportPipeline;
import io.transship.core.pipeline.Pipeline.ImportPipeline;
import io.transship.core.pipeline.PipelineContainer;
import io.transship.core.pipeline.RegistryDirectory.Entry;
import io.transship.core.pipeline.RegistryDirectory.SignIn;
import io.transship.core.pipeline.SasRotation;
import io.transship.core.pipeline.preflight.EndpointChecks.Endpoint;
import io.transship.core.registry.auth.RegistryCredential;
import io.transship.core.sas.SasToken;
import io.transship.core.storage.SecretUri;
import io.transship.core.transfer.Fanout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One preflight of one pipeline: what it needs, in the order in which one thing needs another. First identities and the
 * ways to all servers, then the secrets, then registry and containers; within each of the three all at once.
 */
final class PipelineChecks {

    private static final int PARALLEL = 8;

    private final Pipeline pipeline;
    private final Entry registry;
    private final List<String> repositories;
    private final IdentityChecks identityChecks;
    private final EndpointChecks endpointChecks;
    private final SecretChecks secretChecks;
    private final RegistryChecks registryChecks;
    private final ContainerChecks containerChecks;
    private final Probes probes;

    private final Map<String, Chain> identities = new LinkedHashMap<>();
    private final Map<String, Endpoint> servers = new LinkedHashMap<>();
    private final Map<String, Chain> endpoints = new LinkedHashMap<>();
    private final Map<SecretUri, SecretChecks.Need> needs = new LinkedHashMap<>();
    private final Map<SecretUri, Chain> secrets = new LinkedHashMap<>();
    private final Map<SecretUri, String> values = new ConcurrentHashMap<>();
    private volatile Optional<Principal> principal = Optional.empty();

    PipelineChecks(
            Pipeline pipeline,
            Entry registry,
            List<String> repositories,
            IdentityChecks identityChecks,
            EndpointChecks endpointChecks,
            SecretChecks secretChecks,
            RegistryChecks registryChecks,
            ContainerChecks containerChecks,
            Probes probes) {
        this.pipeline = pipeline;
        this.registry = registry;
        this.repositories = List.copyOf(repositories);
        this.identityChecks = identityChecks;
        this.endpointChecks = endpointChecks;
        this.secretChecks = secretChecks;
        this.registryChecks = registryChecks;
        this.containerChecks = containerChecks;
        this.probes = probes;
    }

    /** A part of the preflight, with its own chain. */
    @FunctionalInterface
    private interface Part {
        void run() throws IOException;
    }

    PreflightReport run() throws IOException {
        List<ContainerChecks.Need> containers =
                pipeline.uses().stream().map(ContainerChecks.Need::new).toList();
        collectNeeds(containers);

        List<Part> first = new ArrayList<>();
        identities.forEach((scope, chain) -> first.add(() -> checkIdentity(scope, chain)));
        endpoints.forEach((target, chain) -> first.add(() -> endpointChecks.check(server(target), chain)));
        atOnce(first);

        List<Part> second = new ArrayList<>();
        secrets.forEach((secret, chain) -> second.add(() -> readSecret(secret, chain)));
        atOnce(second);

        Chain registryChain = new Chain(probes);
        List<Chain> containerChains =
                containers.stream().map(unused -> new Chain(probes)).toList();
        List<Part> third = new ArrayList<>();
        third.add(() -> checkRegistry(registryChain));
        for (int i = 0; i < containers.size(); i++) {
            ContainerChecks.Need need = containers.get(i);
            Chain chain = containerChains.get(i);
            third.add(() -> checkContainer(need, chain));
        }
        atOnce(third);
        return report(registryChain, containers, containerChains);
    }

    private void collectNeeds(List<ContainerChecks.Need> containers) {
        Set<String> scopes = new TreeSet<>();
        add(Endpoint.of("registry '%s'".formatted(pipeline.id().registry()), registry.loginServer()));
        switch (registry.signIn()) {
            case SignIn.Identity identity -> scopes.add(identityChecks.registryScope());
            case SignIn.Password password -> {
                String user = "the password of user '%s'".formatted(password.username());
                add(new SecretChecks.Need(
                        password.password(), user, Commands.setSecret(password.password(), "<" + user + ">")));
            }
            case SignIn.Anonymous anonymous -> {
                // Nothing to prove.
            }
        }
        for (ContainerChecks.Need need : containers) {
            PipelineContainer container = need.container();
            add(Endpoint.of(
                    "storage account '%s'".formatted(container.uri().account()),
                    container.uri().service()));
            container
                    .sasSecret()
                    .ifPresentOrElse(
                            secret -> add(new SecretChecks.Need(
                                    secret,
                                    "the SAS of container '%s'".formatted(container.uri()),
                                    containerChecks.refill(need, secret, SasToken.Kind.SERVICE))),
                            () -> scopes.add(identityChecks.storageScope()));
            if (container.rotation().orElse(null) instanceof SasRotation.ByAccountKey byKey) {
                String key = "the key of storage account '%s'"
                        .formatted(container.uri().account());
                add(new SecretChecks.Need(
                        byKey.accountKey(), key, Commands.setSecret(byKey.accountKey(), "<" + key + ">")));
            }
        }
        needs.keySet().forEach(secret -> {
            scopes.add(identityChecks.vaultScope(secret.vault().getHost()));
            add(vault(secret));
        });
        scopes.forEach(scope -> identities.put(scope, new Chain(probes)));
    }

    private static Endpoint vault(SecretUri secret) {
        return Endpoint.of("key vault '%s'".formatted(secret.vault()), secret.vault());
    }

    private void add(Endpoint endpoint) {
        servers.putIfAbsent(endpoint.target(), endpoint);
        endpoints.putIfAbsent(endpoint.target(), new Chain(probes));
    }

    private void add(SecretChecks.Need need) {
        needs.putIfAbsent(need.secret(), need);
        secrets.putIfAbsent(need.secret(), new Chain(probes));
    }

    private void checkIdentity(String scope, Chain chain) {
        // It is the same one for every audience.
        identityChecks.check(pipeline, scope, chain).ifPresent(found -> principal = Optional.of(found));
    }

    private void readSecret(SecretUri secret, Chain chain) {
        chain.requires(endpoint(vault(secret)));
        chain.requires(identity(identityChecks.vaultScope(secret.vault().getHost())));
        secretChecks
                .check(Objects.requireNonNull(needs.get(secret)), pipeline.identity(), principal, chain)
                .ifPresent(value -> values.put(secret, value));
    }

    private void checkRegistry(Chain chain) throws IOException {
        chain.requires(endpoint(Endpoint.of("registry", registry.loginServer())));
        RegistryCredential credential = switch (registry.signIn()) {
            case SignIn.Anonymous anonymous -> new RegistryCredential.Anonymous();
            case SignIn.Identity identity -> {
                chain.requires(identity(identityChecks.registryScope()));
                yield new RegistryCredential.Entra(identityChecks.tokens(pipeline), identityChecks.registryScope());
            }
            case SignIn.Password password -> {
                chain.requires(secret(password.password()));
                yield new RegistryCredential.Basic(
                        password.username(), () -> value(password.password()).orElse(""));
            }
        };
        RegistryChecks.Use use = switch (pipeline) {
            case ExportPipeline export -> RegistryChecks.Use.EXPORT;
            case ImportPipeline imported -> RegistryChecks.Use.IMPORT;
        };
        registryChecks.check(
                new RegistryChecks.Need(pipeline.id(), registry, use, repositories), credential, principal, chain);
    }

    private void checkContainer(ContainerChecks.Need need, Chain chain) throws IOException {
        Chain way =
                endpoint(Endpoint.of("storage account", need.container().uri().service()));
        Optional<SecretUri> secret = need.container().sasSecret();
        if (secret.isPresent()) {
            chain.requires(secret(secret.get()));
            containerChecks.checkBySas(need, secret.get(), value(secret.get()), way, chain);
        } else {
            chain.requires(way);
            chain.requires(identity(identityChecks.storageScope()));
            containerChecks.checkByIdentity(need, pipeline.identity(), principal, chain);
        }
    }

    /** The identities, each secret after the way to its vault, then registry and containers in the same manner. */
    private PreflightReport report(
            Chain registryChain, List<ContainerChecks.Need> containers, List<Chain> containerChains) {
        List<Chain> ordered = new ArrayList<>(identities.values());
        secrets.forEach((secret, chain) -> {
            ordered.add(endpoint(vault(secret)));
            ordered.add(chain);
        });
        ordered.add(endpoint(Endpoint.of("registry", registry.loginServer())));
        ordered.add(registryChain);
        for (int i = 0; i < containers.size(); i++) {
            ordered.add(endpoint(Endpoint.of(
                    "storage account", containers.get(i).container().uri().service())));
            ordered.add(containerChains.get(i));
        }
        return PreflightReport.of(ordered.stream()
                .distinct()
                .flatMap(chain -> chain.checks().stream())
                .toList());
    }

    private static void atOnce(List<Part> parts) throws IOException {
        Fanout.map(parts, PARALLEL, part -> {
            part.run();
            return true;
        });
    }

    private Endpoint server(String target) {
        return Objects.requireNonNull(servers.get(target));
    }

    private Chain endpoint(Endpoint endpoint) {
        return Objects.requireNonNull(endpoints.get(endpoint.target()));
    }

    private Chain identity(String scope) {
        return Objects.requireNonNull(identities.get(scope));
    }

    private Chain secret(SecretUri secret) {
        return Objects.requireNonNull(secrets.get(secret));
    }

    private Optional<String> value(SecretUri secret) {
        return Optional.ofNullable(values.get(secret));
    }
}

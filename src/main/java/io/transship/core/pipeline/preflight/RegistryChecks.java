package io.transship.core.pipeline.preflight;

import io.transship.core.cloud.CloudEndpoints;
import io.transship.core.pipeline.RegistryDirectory.Entry;
import io.transship.core.pipeline.RegistryDirectory.SignIn;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.registry.Registry;
import io.transship.core.registry.RegistryException;
import io.transship.core.registry.RegistrySettings;
import io.transship.core.registry.auth.RegistryCredential;
import io.transship.core.registry.http.RetryPolicy;
import io.transship.core.transfer.Fanout;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** A registry: that it knows us, and each right on the repositories that a run would touch, really used. Thread-safe. */
final class RegistryChecks {

    private static final int PARALLEL = 8;

    /** One more attempt is for the connection that broke by chance; whatever lasts should show. */
    private static final RetryPolicy RETRIES = RetryPolicy.DEFAULT.withAttempts(2);

    private final Function<RegistrySettings, Registry> opener;
    private final CloudEndpoints cloud;
    private final RandomGenerator random;

    RegistryChecks(Function<RegistrySettings, Registry> opener, CloudEndpoints cloud, RandomGenerator random) {
        this.opener = opener;
        this.cloud = cloud;
        this.random = random;
    }

    /** What a pipeline does with its registry. */
    enum Use {
        /** Read from repositories that exist. */
        EXPORT,
        /** Write to repositories, which may be new, and ask what they have. */
        IMPORT
    }

    /**
     * What a pipeline needs of its registry.
     *
     * @param pipeline whose id names it
     * @param repositories names, none if they are not known
     */
    record Need(ResourceId pipeline, Entry entry, Use use, List<String> repositories) {

        String target() {
            return entry.loginServer().getRawAuthority();
        }

        String target(String repository) {
            return target() + "/" + repository;
        }
    }

    /**
     * Checks login and rights.
     *
     * @param credential only used while the chain is not stuck
     */
    void check(Need need, RegistryCredential credential, Optional<Principal> principal, Chain chain)
            throws IOException {
        Remedies remedies = new Remedies(need, principal);
        try (Registry registry = opener.apply(RegistrySettings.of(need.entry().loginServer(), credential)
                .withCloud(cloud)
                .withTokenHosts(need.entry().tokenHosts())
                .withRetryPolicy(RETRIES))) {
            chain.ask(
                    Hop.LOGIN,
                    need.target(),
                    () -> {
                        registry.login();
                        return true;
                    },
                    done -> Finding.passed("it speaks the distribution API and lets us in"),
                    e -> Finding.failed(e, remedies.afterLogin(e)));
            checkRights(need, registry, remedies, chain);
        }
    }

    private void checkRights(Need need, Registry registry, Remedies remedies, Chain chain) throws IOException {
        if (need.repositories().isEmpty()) {
            chain.check(
                    need.use() == Use.EXPORT ? Hop.PULL : Hop.PUSH,
                    need.target(),
                    Finding.warning(
                            "no repository was named, so that rights could be checked for the registry as a whole only",
                            "name the repositories that runs will touch, and check again"));
            return;
        }
        Fanout.map(need.repositories().stream().distinct().toList(), PARALLEL, repository -> {
                    Chain branch = chain.branch();
                    checkPull(need, registry, repository, remedies, branch);
                    Chain push = chain.branch();
                    if (need.use() == Use.IMPORT) {
                        checkPush(need, registry, repository, remedies, push);
                    }
                    branch.addAll(push.checks());
                    return branch;
                })
                .forEach(branch -> chain.addAll(branch.checks()));
    }

    private void checkPull(Need need, Registry registry, String repository, Remedies remedies, Chain chain) {
        chain.ask(
                Hop.PULL,
                need.target(repository),
                () -> {
                    registry.repository(repository).resolve(randomTag());
                    return need.use() == Use.IMPORT || isKnown(registry, repository);
                },
                known -> known
                        ? Finding.passed("it can be read: asked for a tag that does not exist, the registry says so")
                        : Finding.warning(
                                "it could be read, but the registry knows no repository of this name",
                                "correct the name, or push to it before a run exports it"),
                e -> Finding.failed(e, remedies.after(e, repository)));
    }

    private void checkPush(Need need, Registry registry, String repository, Remedies remedies, Chain chain) {
        chain.ask(
                Hop.PUSH,
                need.target(repository),
                () -> {
                    registry.repository(repository).checkPush();
                    return true;
                },
                done -> Finding.passed("it can be written: an upload was begun and given up"),
                e -> Finding.failed(e, remedies.after(e, repository)));
    }

    /** Who may pull may not always list tags; then nothing is known against it. */
    private static boolean isKnown(Registry registry, String repository) throws IOException {
        try {
            return registry.repository(repository).exists();
        } catch (RegistryException e) {
            return true;
        }
    }

    /** A tag that no repository has. */
    private String randomTag() {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return "transship-preflight-" + HexFormat.of().formatHex(bytes);
    }

    /** What to do when the registry refuses. */
    private record Remedies(Need need, Optional<Principal> principal) {

        String afterLogin(Exception e) {
            return switch (kind(e)) {
                case UNAUTHORIZED ->
                    switch (need.entry().signIn()) {
                        case SignIn.Password password ->
                            "store the password of user '%s': %s"
                                    .formatted(
                                            password.username(),
                                            Commands.setSecret(
                                                    password.password(),
                                                    "<password of '%s'>".formatted(password.username())));
                        case SignIn.Anonymous anonymous ->
                            "declare username and passwordSecretUri of registry '%s' in the app setting TRANSSHIP_REGISTRIES"
                                    .formatted(need.pipeline().registry());
                        case SignIn.Identity identity ->
                            "check that identity and registry are of the same tenant; " + assignRole();
                    };
                case FORBIDDEN ->
                    "let the app through the registry's firewall, if it has one; otherwise " + giveRight("…");
                case NOT_FOUND, REJECTED ->
                    "correct loginServer of registry '%s' in the app setting TRANSSHIP_REGISTRIES: what answers there is no registry"
                            .formatted(need.pipeline().registry());
                case THROTTLED, UNAVAILABLE -> "check again in some minutes";
            };
        }

        String after(Exception e, String repository) {
            if (e instanceof IllegalArgumentException) {
                return "correct the name of the repository";
            }
            return switch (kind(e)) {
                case UNAUTHORIZED, FORBIDDEN -> giveRight(repository);
                case NOT_FOUND, REJECTED ->
                    "check whether '%s' can be the name of a repository there".formatted(repository);
                case THROTTLED, UNAVAILABLE -> "check again in some minutes";
            };
        }

        private String giveRight(String repository) {
            return switch (need.entry().signIn()) {
                case SignIn.Identity identity -> assignRole();
                case SignIn.Password password ->
                    "give user '%s' the right to %s '%s' at registry '%s'; for a token of Azure Container Registry: az acr scope-map update --registry %s --name <scope map> --add-repository %s %s"
                            .formatted(
                                    password.username(),
                                    need.use() == Use.EXPORT ? "pull from" : "pull from and push to",
                                    repository,
                                    need.target(),
                                    need.pipeline().registry(),
                                    repository,
                                    need.use() == Use.EXPORT
                                            ? "content/read metadata/read"
                                            : "content/read content/write metadata/read metadata/write");
                case SignIn.Anonymous anonymous ->
                    "declare username and passwordSecretUri of registry '%s' in the app setting TRANSSHIP_REGISTRIES: it does not give this to everyone"
                            .formatted(need.pipeline().registry());
            };
        }

        private String assignRole() {
            return "%s (in a registry with ABAC the role '%s')"
                    .formatted(
                            Commands.assignRole(
                                    need.use() == Use.EXPORT ? "AcrPull" : "AcrPush",
                                    principal,
                                    Commands.scopeOfRegistry(need.pipeline())),
                            need.use() == Use.EXPORT
                                    ? "Container Registry Repository Reader"
                                    : "Container Registry Repository Writer");
        }

        private static RegistryException.Kind kind(Exception e) {
            return e instanceof RegistryException refusal ? refusal.kind() : RegistryException.Kind.REJECTED;
        }
    }
}

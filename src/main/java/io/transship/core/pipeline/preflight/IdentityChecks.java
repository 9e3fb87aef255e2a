package io.transship.core.pipeline.preflight;

import io.transship.core.cloud.CloudEndpoints;
import io.transship.core.pipeline.Pipeline;
import io.transship.core.registry.auth.EntraTokens;
import io.transship.core.registry.auth.NoTokenException;
import java.util.Optional;
import java.util.function.Function;

/** The tokens that a pipeline's managed identity gets, each audience by itself. Thread-safe. */
final class IdentityChecks {

    private static final String SCOPE_END = "/.default";

    private final Function<Optional<String>, EntraTokens> identities;
    private final CloudEndpoints cloud;

    IdentityChecks(Function<Optional<String>, EntraTokens> identities, CloudEndpoints cloud) {
        this.identities = identities;
        this.cloud = cloud;
    }

    String registryScope() {
        return cloud.registryScope();
    }

    String storageScope() {
        return cloud.storageScope();
    }

    /** The scope for a vault: that of this cloud, unless the vault is in the domain of another one. */
    String vaultScope(String host) {
        int dot = host.indexOf('.');
        String domain = dot < 0 ? "" : host.substring(dot + 1);
        return domain.startsWith("vault.") && !domain.equals(cloud.vaultSuffix())
                ? "https://" + domain + SCOPE_END
                : cloud.vaultScope();
    }

    /** The tokens of a pipeline's identity. */
    EntraTokens tokens(Pipeline pipeline) {
        return identities.apply(pipeline.identity());
    }

    /** Gets a token; returns whom it speaks of, if that can be read. */
    Optional<Principal> check(Pipeline pipeline, String scope, Chain chain) {
        String who = pipeline.identity()
                .map(id -> "user-assigned identity '%s'".formatted(id))
                .orElse("system-assigned identity");
        Optional<Optional<Principal>> principal = chain.ask(
                Hop.IDENTITY,
                scope.substring(0, scope.length() - SCOPE_END.length()),
                () -> Principal.of(tokens(pipeline).accessToken(scope)),
                found -> Finding.passed("the %s has a token%s"
                        .formatted(who, found.map(p -> " as " + p).orElse(""))),
                e -> Finding.failed(e, remedy(pipeline, e)));
        return principal.flatMap(Function.identity());
    }

    private static String remedy(Pipeline pipeline, Exception failure) {
        Optional<String> known = failure instanceof NoTokenException noToken ? noToken.command() : Optional.empty();
        return known.orElseGet(() -> Commands.assignIdentity(pipeline.identity()));
    }
}

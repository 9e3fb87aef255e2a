package io.transship.azure;

import com.azure.core.credential.TokenCredential;
import com.azure.core.credential.TokenRequestContext;
import com.azure.identity.DefaultAzureCredentialBuilder;
import com.azure.identity.ManagedIdentityCredentialBuilder;
import io.transship.core.registry.auth.EntraTokens;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The identities that this app can act as. Thread-safe; makes a credential at its first use and keeps it, because each
 * has a token cache of its own.
 *
 * <p>In Azure that is a managed identity and nothing else: the chain of {@code DefaultAzureCredential} would try others
 * when the right one fails, and hide why. On a developer's machine it is the chain, so that {@code az login} is enough.
 */
public final class AzureIdentities {

    private final Function<Optional<String>, TokenCredential> factory;
    private final Map<Optional<String>, TokenCredential> credentials = new ConcurrentHashMap<>();

    public AzureIdentities() {
        this(System.getenv());
    }

    AzureIdentities(Map<String, String> environment) {
        this(identity -> create(environment, identity));
    }

    AzureIdentities(Function<Optional<String>, TokenCredential> factory) {
        this.factory = factory;
    }

    /**
     * Tokens of one identity, for registries.
     *
     * @param identity client id or resource id of a user-assigned identity; empty for the system-assigned one
     */
    public EntraTokens tokens(Optional<String> identity) {
        return scope -> token(identity, scope);
    }

    TokenCredential credential(Optional<String> identity) {
        return credentials.computeIfAbsent(identity, factory);
    }

    /** How messages call an identity. */
    static String describe(Optional<String> identity) {
        return identity.map(id -> "user-assigned identity '" + id + "'").orElse("system-assigned identity");
    }

    private String token(Optional<String> identity, String scope) throws IOException {
        try {
            return credential(identity)
                    .getTokenSync(new TokenRequestContext().addScopes(scope))
                    .getToken();
        } catch (RuntimeException e) {
            throw new IOException(
                    ("%s got no token for '%s': %s; check that the identity is assigned to the function app, and its"
                                    + " id")
                            .formatted(describe(identity), scope, RedactedCause.firstLine(e)),
                    RedactedCause.of(e));
        }
    }

    private static TokenCredential create(Map<String, String> environment, Optional<String> identity) {
        if (environment.containsKey("IDENTITY_ENDPOINT") || environment.containsKey("MSI_ENDPOINT")) {
            ManagedIdentityCredentialBuilder builder = new ManagedIdentityCredentialBuilder()
                    .httpClient(AzureHttp.shared().client());
            identity.ifPresent(id -> {
                if (isResourceId(id)) {
                    builder.resourceId(id);
                } else {
                    builder.clientId(id);
                }
            });
            return builder.build();
        }
        DefaultAzureCredentialBuilder builder = new DefaultAzureCredentialBuilder()
                .httpClient(AzureHttp.shared().client());
        identity.ifPresent(id -> {
            if (isResourceId(id)) {
                builder.managedIdentityResourceId(id);
            } else {
                builder.managedIdentityClientId(id);
            }
        });
        return builder.build();
    }

    private static boolean isResourceId(String identity) {
        return identity.startsWith("/");
    }
}

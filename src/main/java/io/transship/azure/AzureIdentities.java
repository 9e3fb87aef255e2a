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
        this(clientId -> create(environment, clientId));
    }

    AzureIdentities(Function<Optional<String>, TokenCredential> factory) {
        this.factory = factory;
    }

    /**
     * Tokens of one identity, for registries.
     *
     * @param clientId of a user-assigned identity; empty for the system-assigned one
     */
    public EntraTokens tokens(Optional<String> clientId) {
        return scope -> token(clientId, scope);
    }

    TokenCredential credential(Optional<String> clientId) {
        return credentials.computeIfAbsent(clientId, factory);
    }

    /** How messages call an identity. */
    static String describe(Optional<String> clientId) {
        return clientId.map(id -> "user-assigned identity '" + id + "'").orElse("system-assigned identity");
    }

    private String token(Optional<String> clientId, String scope) throws IOException {
        try {
            return credential(clientId)
                    .getTokenSync(new TokenRequestContext().addScopes(scope))
                    .getToken();
        } catch (RuntimeException e) {
            throw new IOException(
                    ("%s got no token for '%s': %s; check that the identity is assigned to the function app, and its"
                                    + " client id")
                            .formatted(describe(clientId), scope, RedactedCause.firstLine(e)),
                    RedactedCause.of(e));
        }
    }

    private static TokenCredential create(Map<String, String> environment, Optional<String> clientId) {
        if (environment.containsKey("IDENTITY_ENDPOINT") || environment.containsKey("MSI_ENDPOINT")) {
            ManagedIdentityCredentialBuilder builder = new ManagedIdentityCredentialBuilder()
                    .httpClient(AzureHttp.shared().client());
            clientId.ifPresent(builder::clientId);
            return builder.build();
        }
        DefaultAzureCredentialBuilder builder = new DefaultAzureCredentialBuilder()
                .httpClient(AzureHttp.shared().client());
        clientId.ifPresent(builder::managedIdentityClientId);
        return builder.build();
    }
}

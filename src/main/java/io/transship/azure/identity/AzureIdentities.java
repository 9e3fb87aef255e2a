package io.transship.azure.identity;

import com.azure.core.credential.TokenCredential;
import com.azure.core.credential.TokenRequestContext;
import com.azure.identity.ClientAssertionCredentialBuilder;
import com.azure.identity.ManagedIdentityCredentialBuilder;
import io.transship.azure.AzureHttp;
import io.transship.azure.RedactedCause;
import io.transship.core.cloud.Authority;
import io.transship.core.cloud.CloudEndpoints;
import io.transship.core.cloud.FederatedIdentities;
import io.transship.core.cloud.FederatedIdentity;
import io.transship.core.registry.auth.EntraTokens;
import io.transship.core.registry.auth.NoTokenException;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The identities that this app can act as, in its cloud. Thread-safe; makes a credential at its first use and keeps it,
 * because each has a token cache of its own.
 *
 * <p>In Azure that is a managed identity and nothing else: the chain of {@code DefaultAzureCredential} would try others
 * when the right one fails, and hide why. Elsewhere it is such a chain, so that the workload identity of a cluster or a
 * developer's {@code az login} is enough. An identity of another tenant is an application that trusts one of these.
 */
public final class AzureIdentities {

    private final CloudEndpoints cloud;
    private final FederatedIdentities federated;
    private final Function<Optional<String>, TokenCredential> own;
    private final Supplier<AzureHttp> http;
    private final boolean inAzure;
    private final Map<Optional<String>, TokenCredential> credentials = new ConcurrentHashMap<>();

    /**
     * Those of a machine.
     *
     * @param environment as the platform passes it; says whether this is Azure
     */
    public AzureIdentities(Map<String, String> environment, CloudEndpoints cloud, FederatedIdentities federated) {
        this.cloud = cloud;
        this.federated = federated;
        this.inAzure = environment.containsKey("IDENTITY_ENDPOINT") || environment.containsKey("MSI_ENDPOINT");
        this.own = inAzure
                ? this::managed
                : identity -> LocalCredential.of(environment, cloud, identity, AzureHttp.shared());
        this.http = AzureHttp::shared;
    }

    public AzureIdentities(Map<String, String> environment) {
        this(environment, CloudEndpoints.AZURE_PUBLIC, FederatedIdentities.NONE);
    }

    /** Those that someone else makes, in the public cloud. */
    public AzureIdentities(Function<Optional<String>, TokenCredential> own) {
        this(own, CloudEndpoints.AZURE_PUBLIC, FederatedIdentities.NONE, AzureHttp::shared);
    }

    /** Those that someone else makes, but for the ones of other tenants. */
    public AzureIdentities(
            Function<Optional<String>, TokenCredential> own,
            CloudEndpoints cloud,
            FederatedIdentities federated,
            Supplier<AzureHttp> http) {
        this.cloud = cloud;
        this.federated = federated;
        this.own = own;
        this.http = http;
        this.inAzure = true;
    }

    /**
     * Tokens of one identity, for registries.
     *
     * @param identity client id or resource id of a user-assigned identity, client id of one of another tenant; empty for
     *     the system-assigned one
     */
    public EntraTokens tokens(Optional<String> identity) {
        return scope -> token(identity, scope);
    }

    /** The cloud that they are in. */
    public CloudEndpoints cloud() {
        return cloud;
    }

    /** The credential of one identity, made at its first use. */
    public TokenCredential credential(Optional<String> identity) {
        TokenCredential kept = credentials.get(identity);
        if (kept != null) {
            return kept;
        }
        // Not computed inside of the map: one identity may need another.
        TokenCredential made =
                identity.flatMap(federated::find).map(this::federated).orElseGet(() -> own.apply(identity));
        TokenCredential first = credentials.putIfAbsent(identity, made);
        return first == null ? made : first;
    }

    /** How messages call an identity. */
    public static String describe(Optional<String> identity) {
        return identity.map(id -> "user-assigned identity '" + id + "'").orElse("system-assigned identity");
    }

    private String token(Optional<String> identity, String scope) throws IOException {
        try {
            return credential(identity)
                    .getTokenSync(new TokenRequestContext().addScopes(scope))
                    .getToken();
        } catch (RuntimeException e) {
            throw identity.flatMap(federated::find)
                    .map(application -> noToken(application, scope, e))
                    .orElseGet(() -> noToken(identity, scope, e));
        }
    }

    private NoTokenException noToken(Optional<String> identity, String scope, RuntimeException e) {
        String nextStep = inAzure
                ? "check that the identity is assigned to the function app, and its id"
                : "this is not Azure: sign in with 'az login', or give a pod its workload identity (AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_FEDERATED_TOKEN_FILE)";
        return noToken(describe(identity), scope, e, nextStep, inAzure ? "" : "az login");
    }

    private NoTokenException noToken(FederatedIdentity identity, String scope, RuntimeException e) {
        String audience = identity.cloud().tokenExchangeAudience();
        return noToken(
                identity.toString(),
                scope,
                e,
                "check that managed identity '%s' is assigned to the function app, that the application has a federated credential with it as subject and audience '%s', and that tenant '%s' knows the application (az ad sp create --id %s)"
                        .formatted(identity.federatedBy(), audience, identity.tenantId(), identity.clientId()),
                "az ad app federated-credential create --id %s --parameters '{\"name\":\"transship\",\"issuer\":\"%s/<tenant of the managed identity>/v2.0\",\"subject\":\"<object id of the managed identity>\",\"audiences\":[\"%s\"]}'"
                        .formatted(identity.clientId(), cloud.authorityHost(), audience));
    }

    private static NoTokenException noToken(
            String who, String scope, RuntimeException e, String nextStep, String command) {
        return new NoTokenException(
                "%s got no token for '%s': %s; %s".formatted(who, scope, TokenFailure.reasons(e), nextStep),
                command,
                RedactedCause.of(e));
    }

    private TokenCredential federated(FederatedIdentity identity) {
        TokenCredential trusted = credential(Optional.of(identity.federatedBy()));
        TokenRequestContext assertion =
                new TokenRequestContext().addScopes(identity.cloud().tokenExchangeScope());
        ClientAssertionCredentialBuilder builder = new ClientAssertionCredentialBuilder()
                .tenantId(identity.tenantId())
                .clientId(identity.clientId())
                .authorityHost(identity.authorityHost().toString())
                .clientAssertion(() -> trusted.getTokenSync(assertion).getToken())
                .httpClient(http.get().client());
        if (!Authority.isKnown(identity.authorityHost())) {
            builder.disableInstanceDiscovery();
        }
        return builder.build();
    }

    private TokenCredential managed(Optional<String> identity) {
        ManagedIdentityCredentialBuilder builder =
                new ManagedIdentityCredentialBuilder().httpClient(http.get().client());
        identity.ifPresent(id -> {
            if (isResourceId(id)) {
                builder.resourceId(id);
            } else {
                builder.clientId(id);
            }
        });
        return builder.build();
    }

    static boolean isResourceId(String identity) {
        return identity.startsWith("/");
    }
}

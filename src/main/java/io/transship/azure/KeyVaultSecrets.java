package io.transship.azure;

import com.azure.core.exception.ClientAuthenticationException;
import com.azure.core.exception.HttpResponseException;
import com.azure.core.exception.ResourceNotFoundException;
import com.azure.security.keyvault.secrets.SecretClient;
import com.azure.security.keyvault.secrets.SecretClientBuilder;
import com.azure.security.keyvault.secrets.models.KeyVaultSecret;
import com.azure.security.keyvault.secrets.models.SecretProperties;
import io.transship.core.content.Loopback;
import io.transship.core.storage.SecretException;
import io.transship.core.storage.SecretException.Kind;
import io.transship.core.storage.SecretStore;
import io.transship.core.storage.SecretUri;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Secrets of Azure Key Vault. Thread-safe. Keeps a value for some minutes, for one identity: what one identity may read
 * is not given to another.
 *
 * @see <a href="https://learn.microsoft.com/azure/key-vault/general/rest-error-codes">Key Vault REST API error codes</a>
 */
public final class KeyVaultSecrets implements SecretStore {

    private record Key(SecretUri secret, Optional<String> identity) {}

    private record Kept(String value, Instant until) {

        /** The value is a secret. */
        @Override
        public String toString() {
            return "Kept[until=" + until + "]";
        }
    }

    private record ClientKey(URI vault, Optional<String> identity) {}

    private final AzureIdentities identities;
    private final Supplier<AzureHttp> http;
    private final Duration keep;
    private final Clock clock;
    private final Map<ClientKey, SecretClient> clients = new ConcurrentHashMap<>();
    private final Map<Key, Kept> values = new ConcurrentHashMap<>();

    /** Keeps each value for {@code keep}; zero reads it anew each time. */
    public KeyVaultSecrets(AzureIdentities identities, Duration keep, Clock clock) {
        this(identities, keep, clock, AzureHttp::shared);
    }

    KeyVaultSecrets(AzureIdentities identities, Duration keep, Clock clock, Supplier<AzureHttp> http) {
        this.identities = identities;
        this.keep = keep;
        this.clock = clock;
        this.http = http;
    }

    @Override
    public String read(SecretUri secret, Optional<String> identity) throws SecretException {
        Key key = new Key(secret, identity);
        Kept kept = values.get(key);
        if (kept != null && clock.instant().isBefore(kept.until)) {
            return kept.value;
        }
        String value = fetch(secret, identity);
        values.put(key, new Kept(value, clock.instant().plus(keep)));
        return value;
    }

    @Override
    public void forget(SecretUri secret) {
        values.keySet().removeIf(key -> key.secret.equals(secret));
    }

    private String fetch(SecretUri secret, Optional<String> identity) throws SecretException {
        KeyVaultSecret found;
        try {
            found = clients.computeIfAbsent(new ClientKey(secret.vault(), identity), this::createClient)
                    .getSecret(secret.name(), secret.version().orElse(null));
        } catch (RuntimeException e) {
            throw explain(secret, identity, e);
        }
        SecretProperties properties = found.getProperties();
        if (Boolean.FALSE.equals(properties.isEnabled())) {
            throw failure(Kind.DISABLED, secret, "it is disabled; enable it in the vault", null);
        }
        // The vault itself still gives it out.
        if (properties.getExpiresOn() != null
                && !properties.getExpiresOn().toInstant().isAfter(clock.instant())) {
            throw failure(
                    Kind.EXPIRED,
                    secret,
                    "it expired on %s; store a new version in the vault".formatted(properties.getExpiresOn()),
                    null);
        }
        return found.getValue();
    }

    private SecretClient createClient(ClientKey key) {
        AzureHttp shared = http.get();
        SecretClientBuilder builder = new SecretClientBuilder()
                .vaultUrl(key.vault().toString())
                .credential(identities.credential(key.identity()))
                .httpClient(shared.client())
                .retryOptions(shared.retries());
        if (Loopback.isHost(key.vault().getHost())) {
            // A double on this machine cannot have a vault's domain; everywhere else it must be checked.
            builder.disableChallengeResourceVerification();
        } else if (!identities.cloud().vaultsAreTheirAudience()) {
            // The client could only find that the vault's domain is not the audience. It gets no other than the
            // operator named.
            builder.disableChallengeResourceVerification()
                    .credential(new ScopedCredential(
                            identities.credential(key.identity()),
                            identities.cloud().vaultScope()));
        }
        return builder.buildClient();
    }

    private static SecretException explain(SecretUri secret, Optional<String> identity, RuntimeException e) {
        String who = AzureIdentities.describe(identity);
        return switch (e) {
            case ResourceNotFoundException missing ->
                failure(Kind.NOT_FOUND, secret, "404 SecretNotFound; create it, or correct its name in keyVaultUri", e);
            case ClientAuthenticationException denied ->
                failure(
                        Kind.NO_TOKEN,
                        secret,
                        "the %s got no token (%s); check that the identity is assigned to the function app, its client id, and that the vault is in the same tenant"
                                .formatted(who, TokenFailure.reasons(denied)),
                        e);
            case HttpResponseException refused when status(refused) == 403 -> forbidden(secret, who, refused);
            case HttpResponseException refused
            when status(refused) == 429 || status(refused) >= 500 ->
                failure(
                        Kind.UNAVAILABLE,
                        secret,
                        "%d; the vault is busy, try again later".formatted(status(refused)),
                        e);
            case HttpResponseException refused
            when status(refused) > 0 ->
                failure(
                        Kind.REJECTED,
                        secret,
                        "%d; check keyVaultUri (%s)".formatted(status(refused), RedactedCause.firstLine(refused)),
                        e);
            default ->
                failure(
                        Kind.UNAVAILABLE,
                        secret,
                        "no connection to '%s' (%s); check the vault's name, DNS, firewall and private endpoint"
                                .formatted(secret.vault().getHost(), RedactedCause.firstLine(e)),
                        e);
        };
    }

    private static SecretException forbidden(SecretUri secret, String who, HttpResponseException e) {
        String message = Optional.ofNullable(e.getMessage()).orElse("");
        if (message.contains("SecretDisabled")) {
            return failure(Kind.DISABLED, secret, "403 SecretDisabled; enable it in the vault", e);
        }
        if (message.contains("ForbiddenByFirewall") || message.contains("ForbiddenByConnection")) {
            return failure(
                    Kind.SHUT_OUT,
                    secret,
                    "403, the vault's network rules shut this app out; allow its subnet or outbound addresses in the vault's firewall, or give it a private endpoint",
                    e);
        }
        return failure(
                Kind.FORBIDDEN,
                secret,
                "403, the %s may not read it; assign it the role 'Key Vault Secrets User' on the vault (or 'get' on secrets in its access policies), which takes some minutes to be in force"
                        .formatted(who),
                e);
    }

    private static int status(HttpResponseException e) {
        return e.getResponse() == null ? 0 : e.getResponse().getStatusCode();
    }

    private static SecretException failure(Kind kind, SecretUri secret, String explanation, @Nullable Throwable cause) {
        return new SecretException(
                kind,
                "read secret '%s' failed: %s".formatted(secret, explanation),
                cause == null ? null : RedactedCause.of(cause));
    }
}

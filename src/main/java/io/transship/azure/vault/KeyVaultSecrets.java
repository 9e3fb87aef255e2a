package io.transship.azure.vault;

import com.azure.core.exception.ResourceNotFoundException;
import com.azure.security.keyvault.secrets.SecretClient;
import com.azure.security.keyvault.secrets.SecretClientBuilder;
import com.azure.security.keyvault.secrets.models.KeyVaultSecret;
import com.azure.security.keyvault.secrets.models.SecretProperties;
import io.transship.azure.AzureHttp;
import io.transship.azure.identity.AzureIdentities;
import io.transship.azure.identity.ScopedCredential;
import io.transship.core.content.Loopback;
import io.transship.core.storage.SecretException;
import io.transship.core.storage.SecretException.Kind;
import io.transship.core.storage.SecretStore;
import io.transship.core.storage.SecretUri;
import io.transship.core.storage.SecretVersions;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Secrets of Azure Key Vault. Thread-safe. Keeps a value for some minutes, for one identity: what one identity may read
 * is not given to another.
 */
public final class KeyVaultSecrets implements SecretStore, SecretVersions {

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

    public KeyVaultSecrets(AzureIdentities identities, Duration keep, Clock clock, Supplier<AzureHttp> http) {
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

    @Override
    public Optional<Version> current(SecretUri secret, Optional<String> identity) throws SecretException {
        try {
            KeyVaultSecret found = client(secret, identity).getSecret(secret.name());
            return Optional.of(new Version(
                    found.getValue(),
                    expiry(found),
                    Optional.ofNullable(found.getProperties().getContentType()).orElse(""),
                    Optional.ofNullable(found.getProperties().getTags()).orElse(Map.of())));
        } catch (ResourceNotFoundException e) {
            return Optional.empty();
        } catch (RuntimeException e) {
            throw new VaultErrors(secret, identity, VaultErrors.Use.INSPECT).explain(e);
        }
    }

    @Override
    public void add(SecretUri secret, Version version, Optional<String> identity) throws SecretException {
        SecretProperties properties =
                new SecretProperties().setContentType(version.contentType()).setTags(version.tags());
        version.expires().ifPresent(end -> properties.setExpiresOn(end.atOffset(ZoneOffset.UTC)));
        try {
            client(secret, identity)
                    .setSecret(new KeyVaultSecret(secret.name(), version.value()).setProperties(properties));
        } catch (RuntimeException e) {
            throw new VaultErrors(secret, identity, VaultErrors.Use.WRITE).explain(e);
        }
        forget(secret);
    }

    private String fetch(SecretUri secret, Optional<String> identity) throws SecretException {
        VaultErrors errors = new VaultErrors(secret, identity, VaultErrors.Use.READ);
        KeyVaultSecret found;
        try {
            found = client(secret, identity)
                    .getSecret(secret.name(), secret.version().orElse(null));
        } catch (RuntimeException e) {
            throw errors.explain(e);
        }
        if (Boolean.FALSE.equals(found.getProperties().isEnabled())) {
            throw errors.failure(Kind.DISABLED, "it is disabled; enable it in the vault", null);
        }
        // The vault itself still gives it out.
        Optional<Instant> expiry = expiry(found);
        if (expiry.isPresent() && !expiry.get().isAfter(clock.instant())) {
            throw errors.failure(
                    Kind.EXPIRED, "it expired on %s; store a new version in the vault".formatted(expiry.get()), null);
        }
        return found.getValue();
    }

    private static Optional<Instant> expiry(KeyVaultSecret secret) {
        return Optional.ofNullable(secret.getProperties().getExpiresOn()).map(OffsetDateTime::toInstant);
    }

    private SecretClient client(SecretUri secret, Optional<String> identity) {
        return clients.computeIfAbsent(new ClientKey(secret.vault(), identity), this::createClient);
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
}

package io.transship.core.registry.auth;

import io.transship.core.http.HttpTransport;
import io.transship.core.registry.http.Origin;
import io.transship.core.registry.http.Retries;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Knows which {@code Authorization} a registry wants for given scopes. Learns it from the registry's challenge, keeps
 * tokens until shortly before they expire, and gets one token at a time. Thread-safe.
 *
 * @see <a href="https://distribution.github.io/distribution/spec/auth/token/">token authentication</a>
 */
public final class Authorizer {

    private static final int MAX_TOKENS = 1000;

    private final URI registry;
    private final TrustedHosts trusted;
    private final TokenService service;
    private final Clock clock;
    private final @Nullable BasicLogin login;
    private final @Nullable AzureExchange exchange;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Scopes, Token> tokens = new LinkedHashMap<>();
    private @Nullable Challenge learned;

    public Authorizer(
            URI registry,
            RegistryCredential credential,
            TrustedHosts trusted,
            HttpTransport transport,
            Retries retries,
            Clock clock) {
        this.registry = registry;
        this.trusted = trusted;
        this.clock = clock;
        this.service = new TokenService(transport, retries, clock);
        this.login = credential instanceof RegistryCredential.Basic basic ? new BasicLogin(basic) : null;
        this.exchange = credential instanceof RegistryCredential.Entra azure
                ? new AzureExchange(registry, azure, service, clock)
                : null;
    }

    /**
     * The header for a first try: empty until the registry has said what it wants.
     *
     * @throws AuthorizationException if there is no way to get it
     */
    public Optional<String> header(Scopes scopes) throws IOException {
        awaitTurn();
        try {
            Challenge challenge = learned;
            return challenge == null ? Optional.empty() : Optional.of(header(challenge, scopes, scopes));
        } finally {
            lock.unlock();
        }
    }

    /**
     * The header for the one repetition after a 401: with a new token, or with the password read again.
     *
     * @param challenges the values of {@code WWW-Authenticate}
     * @param refused the header that was sent, absent if there was none
     * @return empty if there is nothing else to offer
     * @throws AuthorizationException if there is no way to get it
     */
    public Optional<String> renew(List<String> challenges, Scopes scopes, @Nullable String refused) throws IOException {
        awaitTurn();
        try {
            Challenge challenge = choose(Challenge.parse(challenges));
            learned = challenge;
            Token kept = tokens.get(scopes);
            if (kept != null && ("Bearer " + kept.value()).equals(refused)) {
                tokens.remove(scopes);
            }
            if (login != null && refused != null) {
                login.refused(refused);
            }
            // What this challenge asks for beyond our own idea of it counts for this repetition only.
            Scopes asked = challenge.parameter("scope").map(Scopes::parse).orElse(Scopes.NONE);
            String header = header(challenge, scopes, asked.and(scopes));
            return header.equals(refused) ? Optional.empty() : Optional.of(header);
        } finally {
            lock.unlock();
        }
    }

    /** Whoever is before us may wait for the token service, and nobody has to wait that no longer wants to. */
    private void awaitTurn() throws InterruptedIOException {
        try {
            lock.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a token");
        }
    }

    private Challenge choose(List<Challenge> challenges) throws AuthorizationException {
        for (Challenge challenge : challenges) {
            if (challenge.scheme().equals("bearer")
                    && challenge.parameter("realm").isPresent()) {
                return challenge;
            }
        }
        for (Challenge challenge : challenges) {
            if (challenge.scheme().equals("basic")) {
                return challenge;
            }
        }
        throw new AuthorizationException(
                challenges.isEmpty()
                        ? "the registry does not say how it wants us to log in"
                        : "the registry wants to be logged in by '%s', which is not supported"
                                .formatted(challenges.getFirst().scheme()));
    }

    private String header(Challenge challenge, Scopes scopes, Scopes asked) throws IOException {
        if (!challenge.scheme().equals("basic")) {
            return "Bearer " + token(challenge, scopes, asked).value();
        }
        if (login != null) {
            return login.header();
        }
        throw new AuthorizationException(
                "the registry wants a user name and a password; configure them, it takes nothing else");
    }

    private Token token(Challenge challenge, Scopes scopes, Scopes asked) throws IOException {
        Token kept = tokens.get(scopes);
        if (kept != null && kept.isFresh(clock.instant())) {
            return kept;
        }
        try {
            Token fetched = fetch(challenge, asked);
            if (tokens.size() >= MAX_TOKENS) {
                tokens.clear();
            }
            tokens.put(scopes, fetched);
            return fetched;
        } catch (TokenService.RefusedException e) {
            throw new AuthorizationException(String.valueOf(e.getMessage()), e);
        }
    }

    private Token fetch(Challenge challenge, Scopes asked) throws IOException {
        Optional<String> serviceName = challenge.parameter("service");
        if (exchange != null) {
            trusted.checkEntra();
            return exchange.token(serviceName.orElse(registry.getHost()), asked);
        }
        URI realm = realm(challenge);
        List<Map.Entry<String, String>> query = new ArrayList<>();
        serviceName.ifPresent(name -> query.add(Map.entry("service", name)));
        asked.values().forEach(scope -> query.add(Map.entry("scope", scope)));
        if (login == null) {
            trusted.checkAnonymous(realm);
            return service.get(realm, query, Map.of());
        }
        trusted.checkWithCredentials(realm);
        String header = login.header();
        try {
            return service.get(realm, query, Map.of("Authorization", header));
        } catch (TokenService.RefusedException e) {
            login.refused(header);
            String fresh = login.header();
            if (fresh.equals(header)) {
                throw e;
            }
            return service.get(realm, query, Map.of("Authorization", fresh));
        }
    }

    private static URI realm(Challenge challenge) throws AuthorizationException {
        try {
            URI realm = URI.create(challenge.parameter("realm").orElse(""));
            Origin.of(realm);
            return realm;
        } catch (IllegalArgumentException e) {
            throw new AuthorizationException(
                    "the registry names a token service that is not a valid http or https address", e);
        }
    }
}

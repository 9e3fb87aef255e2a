package io.transship.core.registry.auth;

import io.transship.core.registry.http.TransientException;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns an Entra token into a token of Azure Container Registry, in two steps: a refresh token for the registry, kept
 * for a while, then an access token for the scopes. Not thread-safe: its {@link Authorizer} calls it from one thread at a
 * time.
 *
 * @see <a href="https://github.com/Azure/acr/blob/main/docs/AAD-OAuth.md">Azure Container Registry and Entra</a>
 */
final class AzureExchange {

    private final URI registry;
    private final RegistryCredential.Entra entra;
    private final TokenService service;
    private final Clock clock;
    private @Nullable Token refresh;

    AzureExchange(URI registry, RegistryCredential.Entra entra, TokenService service, Clock clock) {
        this.registry = registry;
        this.entra = entra;
        this.service = service;
        this.clock = clock;
    }

    Token token(String serviceName, Scopes scopes) throws IOException {
        Token kept = refresh;
        if (kept != null && kept.isFresh(clock.instant())) {
            try {
                return access(serviceName, scopes, kept);
            } catch (TokenService.RefusedException e) {
                // It lived for less than we thought, or was revoked: once more from the start.
                refresh = null;
            }
        }
        Token exchanged = exchange(serviceName);
        refresh = exchanged;
        return access(serviceName, scopes, exchanged);
    }

    /**
     * Without a {@code tenant}, which the registry asks for only when a token does not say its own; one that comes from another
     * tenant than the registry's would be refused with whatever we wrote there.
     */
    private Token exchange(String serviceName) throws IOException {
        List<Map.Entry<String, String>> form = List.of(
                Map.entry("grant_type", "access_token"),
                Map.entry("service", serviceName),
                Map.entry("access_token", entraToken()));
        Token answer = answer(form);
        // The service names no lifetime; it is three hours, of which we use one.
        return new Token(answer.value(), clock.instant().plusSeconds(3600));
    }

    private Token answer(List<Map.Entry<String, String>> form) throws IOException {
        try {
            return service.post(registry.resolve("/oauth2/exchange"), form, "refresh_token");
        } catch (TokenService.RefusedException e) {
            throw new TokenService.RefusedException(
                    "%s for a token of scope '%s'; check that the identity is of the registry's tenant, and that the registry takes tokens for this audience (TRANSSHIP_CLOUD_REGISTRY_AUDIENCE, azureADAuthenticationAsArmPolicy)"
                            .formatted(e.getMessage(), entra.scope()));
        }
    }

    private String entraToken() throws IOException {
        try {
            return entra.tokens().accessToken(entra.scope());
        } catch (TransientException e) {
            throw e;
        } catch (IOException e) {
            throw new AuthorizationException("no Entra token for the registry: " + e.getMessage(), e);
        }
    }

    private Token access(String serviceName, Scopes scopes, Token refreshToken) throws IOException {
        List<Map.Entry<String, String>> form = new ArrayList<>(List.of(
                Map.entry("grant_type", "refresh_token"),
                Map.entry("service", serviceName),
                Map.entry("refresh_token", refreshToken.value())));
        scopes.values().forEach(scope -> form.add(Map.entry("scope", scope)));
        return service.post(registry.resolve("/oauth2/token"), form, "access_token");
    }
}

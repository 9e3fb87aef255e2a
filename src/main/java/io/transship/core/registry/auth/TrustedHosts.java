package io.transship.core.registry.auth;

import io.transship.core.cloud.CloudEndpoints;
import io.transship.core.content.RedactedUri;
import io.transship.core.registry.http.Origin;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where credentials of one registry may be sent: the registry itself, hosts of the same Azure cloud's registry service,
 * and hosts that the operator named. Everything else that a registry says about its token service is only a claim.
 *
 * @param registry the registry's own origin
 * @param cloud the app's own: Entra's tokens of it are for its registries only
 * @param named further hosts, in lower case
 * @param plaintext whether plain http is allowed to hosts that are not this machine
 */
public record TrustedHosts(Origin registry, CloudEndpoints cloud, Set<String> named, Plaintext plaintext) {

    /** Whether credentials may travel unencrypted. */
    public enum Plaintext {
        /** Only to this machine. */
        LOOPBACK_ONLY,
        /** To any trusted host, because the operator said so. */
        ALLOWED
    }

    public TrustedHosts {
        named = named.stream().map(host -> host.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }

    /** Checks a realm that credentials are to be sent to. */
    void checkWithCredentials(URI realm) throws AuthorizationException {
        checkEncryption(realm);
        String host = Origin.of(realm).host();
        if (!isTrusted(host)) {
            throw new AuthorizationException(
                    ("the registry names the token service '%s', which is neither the registry nor a host that credentials may"
                                    + " be sent to; if it is right, add '%s' to the registry's token hosts")
                            .formatted(RedactedUri.of(realm), host));
        }
    }

    /** Checks a realm that is asked for a token without credentials. */
    void checkAnonymous(URI realm) throws AuthorizationException {
        checkEncryption(realm);
    }

    /** Checks that the registry itself may see a token of Entra, which would open any Azure registry to whoever has it. */
    void checkEntra() throws AuthorizationException {
        if (!cloud.isRegistry(registry.host()) && !registry.isLoopback() && !named.contains(registry.host())) {
            throw new AuthorizationException(
                    ("'%s' is not an Azure Container Registry of this cloud, whose names end with '.%s', so it gets no Entra token;"
                                    + " use a user name and password, or add the host to the registry's token hosts if it is one")
                            .formatted(registry.host(), cloud.registrySuffix()));
        }
    }

    private void checkEncryption(URI realm) throws AuthorizationException {
        Origin origin = Origin.of(realm);
        boolean plaintextAllowed = origin.isLoopback() || (plaintext == Plaintext.ALLOWED && isTrusted(origin.host()));
        if (!origin.isEncrypted() && !plaintextAllowed) {
            throw new AuthorizationException(
                    "the registry names the token service '%s', which is not https; nothing is sent there"
                            .formatted(RedactedUri.of(realm)));
        }
    }

    private boolean isTrusted(String host) {
        return host.equals(registry.host())
                || named.contains(host)
                || (cloud.isRegistry(registry.host()) && cloud.isRegistry(host));
    }
}

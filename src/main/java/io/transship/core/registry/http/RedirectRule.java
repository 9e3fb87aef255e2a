package io.transship.core.registry.http;

import io.transship.core.content.RedactedUri;
import io.transship.core.http.HttpResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.Set;

/**
 * Where a server may lead us. Encryption is never given up, and neither the platform's own services nor, for a public
 * server, our private network can be reached through it. Host names are resolved here and again when connecting: a name
 * service in hostile hands is not defended against.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#name-redirection-3xx">RFC 9110, redirection</a>
 */
public final class RedirectRule {

    /** Redirects followed for one request. */
    public static final int MAX_REDIRECTS = 5;

    private static final Set<Integer> STATUSES = Set.of(301, 302, 303, 307, 308);

    private final NetworkZone.Resolver resolver;

    public RedirectRule() {
        this(InetAddress::getAllByName);
    }

    RedirectRule(NetworkZone.Resolver resolver) {
        this.resolver = resolver;
    }

    /** Whether the response sends us elsewhere. */
    public static boolean isRedirect(HttpResponse response) {
        return STATUSES.contains(response.status())
                && response.header("Location").isPresent();
    }

    /**
     * The address that a {@code Location} names.
     *
     * @param home the server that was asked first
     * @throws IOException if we must not go there; the message says why
     */
    public URI target(URI home, URI current, String location) throws IOException {
        URI target;
        try {
            target = current.resolve(URI.create(location));
            Origin origin = Origin.of(target);
            if (Origin.of(current).isEncrypted() && !origin.isEncrypted()) {
                throw new IOException(
                        "it leads from https to plain '%s', which is not followed".formatted(RedactedUri.of(target)));
            }
        } catch (IllegalArgumentException e) {
            // The location may hold a signature: neither it nor the parser's message is shown.
            throw new IOException("it leads to an address that is not a valid http or https URI");
        }
        checkZone(home, target);
        return target;
    }

    private void checkZone(URI home, URI target) throws IOException {
        if (Origin.of(home).host().equals(Origin.of(target).host())) {
            return;
        }
        boolean refused = switch (NetworkZone.of(target.getHost(), resolver)) {
            case PLATFORM -> true;
            case PRIVATE -> NetworkZone.of(home.getHost(), resolver) == NetworkZone.PUBLIC;
            case PUBLIC -> false;
        };
        if (refused) {
            throw new IOException(
                    "it leads to host '%s' on a private or platform network, which a server outside it must not reach"
                            .formatted(target.getHost()));
        }
    }
}

package io.transship.core.registry.http;

import io.transship.core.content.Loopback;
import java.net.URI;
import java.util.Locale;

/**
 * Scheme, host and port of an address: what credentials are bound to.
 *
 * @param port never the scheme's default left open
 */
public record Origin(String scheme, String host, int port) {

    /**
     * The origin of an absolute http or https address.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Origin of(URI uri) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (uri.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
            throw new IllegalArgumentException("expected an absolute http or https address");
        }
        int port = uri.getPort() >= 0 ? uri.getPort() : scheme.equals("https") ? 443 : 80;
        return new Origin(scheme, uri.getHost().toLowerCase(Locale.ROOT), port);
    }

    /** Whether the address has this origin. */
    public boolean covers(URI uri) {
        return equals(of(uri));
    }

    public boolean isEncrypted() {
        return scheme.equals("https");
    }

    /** Whether the host is this machine by its name alone, without asking a resolver. */
    public boolean isLoopback() {
        return Loopback.isHost(host);
    }
}

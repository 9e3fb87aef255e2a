package io.transship.core.pipeline.preflight;

import io.transship.core.pipeline.AllowedHosts;
import io.transship.core.pipeline.preflight.network.Network;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;

/** The way to a server, up to where its own protocol begins. Thread-safe. */
final class EndpointChecks {

    private final AllowedHosts allowedHosts;
    private final Network network;

    EndpointChecks(AllowedHosts allowedHosts, Network network) {
        this.allowedHosts = allowedHosts;
        this.network = network;
    }

    /**
     * A server that a pipeline talks to.
     *
     * @param what it is, such as "registry 'lab'"
     * @param host as it stands in the address
     * @param encrypted whether it speaks TLS
     */
    record Endpoint(String what, String host, int port, boolean encrypted) {

        static Endpoint of(String what, URI address) {
            boolean encrypted = "https".equals(address.getScheme());
            int port = address.getPort() >= 0 ? address.getPort() : encrypted ? 443 : 80;
            return new Endpoint(what, address.getHost(), port, encrypted);
        }

        String scheme() {
            return encrypted ? "https" : "http";
        }

        /** Where it is, whatever it is for. */
        String target() {
            return host + ":" + port;
        }
    }

    /** Checks leave, name, connection and certificate. */
    void check(Endpoint endpoint, Chain chain) {
        chain.check(Hop.HOST, endpoint.host(), leave(endpoint));
        Optional<String> proxy = network.proxy(endpoint.scheme(), endpoint.host(), endpoint.port());
        if (proxy.isPresent() && !chain.isStuck()) {
            // What can be reached from here says nothing then; what the proxy cannot do shows at the next hop.
            Finding byProxy = Finding.skipped(
                    "not tried, since the proxy '%s' looks up and connects for this app".formatted(proxy.get()));
            chain.check(Hop.DNS, endpoint.host(), byProxy);
            chain.check(Hop.TCP, endpoint.target(), byProxy);
            chain.check(Hop.TLS, endpoint.target(), byProxy);
            return;
        }
        List<InetAddress> addresses = chain.ask(
                        Hop.DNS,
                        endpoint.host(),
                        () -> network.resolve(endpoint.host()),
                        found -> Finding.passed("%s: %s".formatted(endpoint.what(), shown(found))),
                        e -> unknown(endpoint, e))
                .orElse(List.of());
        InetAddress reached = chain.ask(
                        Hop.TCP,
                        endpoint.target(),
                        () -> connect(endpoint, addresses, chain),
                        address -> Finding.passed(
                                "%s accepts connections at %s".formatted(endpoint.what(), address.getHostAddress())),
                        e -> unreachable(endpoint, e))
                .orElse(InetAddress.getLoopbackAddress());
        if (endpoint.encrypted()) {
            chain.ask(
                    Hop.TLS,
                    endpoint.target(),
                    () -> handshake(endpoint, reached, chain),
                    done -> Finding.passed("its certificate is valid for '%s' and trusted".formatted(endpoint.host())),
                    e -> unproven(endpoint, e));
        } else {
            chain.check(
                    Hop.TLS, endpoint.target(), Finding.skipped("plain http inside of this machine, there is no TLS"));
        }
    }

    private Finding leave(Endpoint endpoint) {
        try {
            allowedHosts.require(endpoint.host(), endpoint.what());
            return Finding.passed("%s may receive tokens".formatted(endpoint.what()));
        } catch (IllegalArgumentException e) {
            return Finding.failed(
                    e,
                    "correct the address of %s, or add '%s' to the app setting TRANSSHIP_ALLOWED_HOSTS"
                            .formatted(endpoint.what(), endpoint.host()));
        }
    }

    private InetAddress connect(Endpoint endpoint, List<InetAddress> addresses, Chain chain) throws Exception {
        Exception failure = new UnknownHostException(endpoint.host());
        for (InetAddress address : addresses) {
            try {
                network.connect(
                        address, endpoint.port(), chain.limits().connect().dividedBy(addresses.size()));
                return address;
            } catch (IOException e) {
                failure = e;
            }
        }
        throw failure;
    }

    private Boolean handshake(Endpoint endpoint, InetAddress address, Chain chain) throws Exception {
        network.handshake(
                endpoint.host(), address, endpoint.port(), chain.limits().connect());
        return true;
    }

    private static String shown(List<InetAddress> addresses) {
        return addresses.stream()
                .map(address -> address.getHostAddress() + (address.isSiteLocalAddress() ? " (private)" : ""))
                .collect(Collectors.joining(", "));
    }

    private static Finding unknown(Endpoint endpoint, Exception e) {
        String message = e instanceof UnknownHostException
                ? "%s: host '%s' has no address".formatted(endpoint.what(), endpoint.host())
                : "%s: host '%s' was not found: %s".formatted(endpoint.what(), endpoint.host(), Finding.messageOf(e));
        return Finding.failed(
                message,
                "correct the name '%s' where %s is declared; with a private endpoint, link its private DNS zone to the network that the app is integrated with"
                        .formatted(endpoint.host(), endpoint.what()));
    }

    private static Finding unreachable(Endpoint endpoint, Exception e) {
        String where = "port %d of '%s'".formatted(endpoint.port(), endpoint.host());
        return switch (e) {
            case ConnectException refused ->
                Finding.failed(
                        "%s: %s refuses connections (%s)".formatted(endpoint.what(), where, Finding.messageOf(refused)),
                        "check that the server runs, and the port in the address of " + endpoint.what());
            case SocketTimeoutException silent ->
                Finding.failed(
                        "%s: %s does not answer (%s)".formatted(endpoint.what(), where, Finding.messageOf(silent)),
                        "let the app's outbound connections to %s through firewall, network security group and routes"
                                .formatted(endpoint.target()));
            default ->
                Finding.failed(
                        "%s: %s cannot be reached: %s".formatted(endpoint.what(), where, Finding.messageOf(e)),
                        "check routes and firewall between the app and " + endpoint.target());
        };
    }

    private static Finding unproven(Endpoint endpoint, Exception e) {
        String reason = Finding.messageOf(e);
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case CertificateExpiredException expired -> {
                    return Finding.failed(
                            "the certificate of '%s' has expired (%s)".formatted(endpoint.host(), expired.getMessage()),
                            "renew the certificate of '%s'".formatted(endpoint.host()));
                }
                case CertificateNotYetValidException early -> {
                    return Finding.failed(
                            "the certificate of '%s' is not valid yet (%s)"
                                    .formatted(endpoint.host(), early.getMessage()),
                            "compare the clocks of this host and of '%s'".formatted(endpoint.host()));
                }
                case CertPathBuilderException untrusted -> {
                    return Finding.failed(
                            "the certificate of '%s' comes from an authority that this app does not trust"
                                    .formatted(endpoint.host()),
                            "put the certificate of that authority (a private one, or that of a proxy that looks into TLS) into a trust store, by"
                                    + " keytool -importcert -file ca.pem -keystore trust.p12, and name it in JAVA_OPTS as -Djavax.net.ssl.trustStore");
                }
                case CertificateException other -> reason = Finding.messageOf(other);
                default -> {
                    // The cause says more.
                }
            }
        }
        if (e instanceof SSLException) {
            return Finding.failed(
                    "no TLS with '%s': %s".formatted(endpoint.target(), reason),
                    "check that '%s' is the right name and %d its https port; where a private endpoint is, that the name leads to it"
                            .formatted(endpoint.host(), endpoint.port()));
        }
        return Finding.failed(
                "the connection to '%s' broke while agreeing on TLS: %s".formatted(endpoint.target(), reason),
                "look for a proxy or firewall in between that cuts TLS");
    }
}

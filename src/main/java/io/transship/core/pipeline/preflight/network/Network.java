package io.transship.core.pipeline.preflight.network;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The network as seen from this host, one layer at a time. Thread-safe. */
public interface Network {

    /**
     * The proxy that connections to a server go by; empty if they go there directly.
     *
     * @param scheme {@code http} or {@code https}
     */
    Optional<String> proxy(String scheme, String host, int port);

    /** The addresses of a host, at least one. */
    List<InetAddress> resolve(String host) throws UnknownHostException;

    /** Opens a connection and closes it. */
    void connect(InetAddress address, int port, Duration timeout) throws IOException;

    /**
     * Opens a connection, agrees on TLS with whoever answers and closes it.
     *
     * @param host the name that the certificate must be for
     * @throws javax.net.ssl.SSLException if the peer cannot prove that it is this host, or speaks no TLS
     */
    void handshake(String host, InetAddress address, int port, Duration timeout) throws IOException;
}

package io.transship.core.pipeline.preflight.network;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;

/** The network as seen from this host, one layer at a time. Thread-safe. */
public interface Network {

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

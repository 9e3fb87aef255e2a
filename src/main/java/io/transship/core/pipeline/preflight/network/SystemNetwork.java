package io.transship.core.pipeline.preflight.network;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** The network of this host, with the certificates that this JVM trusts, or that it is told to trust. */
public final class SystemNetwork implements Network {

    private final Optional<SSLContext> trusted;
    private final Optional<ProxySelector> proxies;

    /** Trusts what this JVM trusts. */
    public SystemNetwork() {
        this(Optional.empty(), Optional.ofNullable(ProxySelector.getDefault()));
    }

    /** Trusts what a context trusts. */
    public SystemNetwork(SSLContext trusted) {
        this(Optional.of(trusted), Optional.ofNullable(ProxySelector.getDefault()));
    }

    SystemNetwork(Optional<SSLContext> trusted, Optional<ProxySelector> proxies) {
        this.trusted = trusted;
        this.proxies = proxies;
    }

    @Override
    public Optional<String> proxy(String scheme, String host, int port) {
        return proxies.stream()
                .flatMap(selector -> selector.select(URI.create("%s://%s:%d/".formatted(scheme, host, port))).stream())
                .filter(proxy -> proxy.type() != Proxy.Type.DIRECT)
                .map(proxy -> String.valueOf(proxy.address()))
                .findFirst();
    }

    @Override
    public List<InetAddress> resolve(String host) throws UnknownHostException {
        return List.of(InetAddress.getAllByName(host));
    }

    @Override
    public void connect(InetAddress address, int port, Duration timeout) throws IOException {
        open(address, port, timeout).close();
    }

    @Override
    public void handshake(String host, InetAddress address, int port, Duration timeout) throws IOException {
        SSLContext context = context();
        try (Socket plain = open(address, port, timeout);
                SSLSocket encrypted = (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true)) {
            encrypted.setSoTimeout(Math.toIntExact(timeout.toMillis()));
            SSLParameters parameters = encrypted.getSSLParameters();
            // Without this, a certificate for any name would do.
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            encrypted.setSSLParameters(parameters);
            encrypted.startHandshake();
        }
    }

    private SSLContext context() throws IOException {
        if (trusted.isPresent()) {
            return trusted.get();
        }
        try {
            return SSLContext.getDefault();
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    "this host has no usable trust store: %s; check javax.net.ssl.trustStore in JAVA_OPTS"
                            .formatted(e.getMessage()),
                    e);
        }
    }

    private static Socket open(InetAddress address, int port, Duration timeout) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(address, port), Math.toIntExact(timeout.toMillis()));
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }
}

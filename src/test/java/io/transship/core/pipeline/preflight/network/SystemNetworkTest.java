package io.transship.core.pipeline.preflight.network;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.transship.local.Certificates;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemNetworkTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    private static Certificates certificates;
    private static HttpsServer encrypted;
    private static HttpServer plain;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        certificates = Certificates.create(directory);
        encrypted = HttpsServer.create(new InetSocketAddress(HERE, 0), 0);
        encrypted.setHttpsConfigurator(new HttpsConfigurator(certificates.sslContext()));
        encrypted.start();
        plain = HttpServer.create(new InetSocketAddress(HERE, 0), 0);
        plain.start();
    }

    @AfterAll
    static void stop() {
        encrypted.stop(0);
        plain.stop(0);
    }

    @Test
    void findsAddresses() throws IOException {
        Network network = new SystemNetwork();

        assertThat(network.resolve("127.0.0.1")).hasSize(1).allMatch(InetAddress::isLoopbackAddress);
        assertThatExceptionOfType(UnknownHostException.class).isThrownBy(() -> network.resolve("transship.invalid"));
    }

    @Test
    void knowsTheProxyOfAServer() {
        Network direct = new SystemNetwork(Optional.empty(), Optional.empty());
        Network byProxy = new SystemNetwork(
                Optional.empty(), Optional.of(ProxySelector.of(InetSocketAddress.createUnresolved("proxy", 3128))));

        assertThat(direct.proxy("https", "registry.example", 443)).isEmpty();
        assertThat(byProxy.proxy("https", "registry.example", 443))
                .hasValueSatisfying(proxy -> assertThat(proxy).contains("proxy", "3128"));
    }

    @Test
    void tellsAnOpenPortFromAClosedOne() throws IOException {
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, HERE)) {
            closed = socket.getLocalPort();
        }
        Network network = new SystemNetwork();

        network.connect(HERE, plain.getAddress().getPort(), TIMEOUT);
        assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> network.connect(HERE, closed, TIMEOUT));
    }

    @Test
    void agreesOnTlsWithAServerThatIsTrustedUnderItsName() {
        Network trusting = new SystemNetwork(certificates.sslContext());
        int port = encrypted.getAddress().getPort();

        assertThatCode(() -> trusting.handshake("localhost", HERE, port, TIMEOUT))
                .doesNotThrowAnyException();
        assertThatCode(() -> trusting.handshake("127.0.0.1", HERE, port, TIMEOUT))
                .doesNotThrowAnyException();
        assertThatExceptionOfType(SSLException.class)
                .isThrownBy(() -> trusting.handshake("registry.example", HERE, port, TIMEOUT))
                .withMessageContaining("registry.example");
    }

    @Test
    void trustsNoStranger() {
        assertThatExceptionOfType(SSLException.class)
                .isThrownBy(() -> new SystemNetwork()
                        .handshake("localhost", HERE, encrypted.getAddress().getPort(), TIMEOUT))
                .withMessageContaining("PKIX");
    }

    @Test
    void findsNoTlsAtAPlainPort() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, HERE);
                ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<byte[]> asked = executor.submit(() -> {
                try (Socket client = server.accept()) {
                    client.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII));
                    return client.getInputStream().readAllBytes();
                }
            });

            assertThatExceptionOfType(SSLException.class)
                    .isThrownBy(() -> new SystemNetwork(certificates.sslContext())
                            .handshake("localhost", HERE, server.getLocalPort(), TIMEOUT));
            assertThat(asked.get()).isNotEmpty();
        }
    }
}

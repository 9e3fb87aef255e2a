package io.transship.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.sun.net.httpserver.HttpServer;
import io.transship.core.registry.ScriptedServer;
import io.transship.core.registry.ScriptedServer.Answer;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ApacheHttpTransportTest {

    private ScriptedServer server;
    private HttpTransport transport;

    @BeforeEach
    void start() throws IOException {
        server = new ScriptedServer();
        transport = new ApacheHttpTransport(Duration.ofSeconds(5), Duration.ofSeconds(5));
    }

    @AfterEach
    void stop() {
        transport.close();
        server.close();
    }

    @Test
    void leavesRedirectsFailuresCookiesAndEncodingsToItsCaller() throws IOException {
        server.on("GET /moved", Answer.of(307).with("Location", "/x").with("Set-Cookie", "a=b"));
        server.on("GET /busy", Answer.of(503).with("Retry-After", "1"));
        server.on("GET /packed", Answer.of(200, "not really gzip").with("Content-Encoding", "gzip"));

        assertThat(status("/moved")).isEqualTo(307);
        assertThat(status("/busy")).isEqualTo(503);
        try (HttpResponse packed = transport.execute(get("/packed"))) {
            assertThat(packed.read(100)).asString().isEqualTo("not really gzip");
        }
        assertThat(server.seen())
                .hasSize(3)
                .allSatisfy(seen -> assertThat(seen.header("Cookie")).isEmpty());
    }

    @Test
    void sendsABodyOfExactlyItsLength() throws IOException {
        server.on("PATCH /x", Answer.of(202));

        try (HttpResponse response = transport.execute(HttpRequest.of("PATCH", uri("/x"))
                .with("Content-Type", "text/plain")
                .with(HttpBody.of("0123456789".getBytes(StandardCharsets.US_ASCII), 2, 5)))) {
            assertThat(response.status()).isEqualTo(202);
        }
        assertThat(server.seen().getFirst().body()).isEqualTo("23456");
        assertThat(server.seen().getFirst().header("Content-Type")).isEqualTo("text/plain");
    }

    @Test
    void tellsABrokenSourceFromABrokenConnection() {
        server.on("PUT /x", Answer.of(201));

        assertThatExceptionOfType(EOFException.class)
                .isThrownBy(() -> transport.execute(
                        HttpRequest.of("PUT", uri("/x")).with(new HttpBody(10, InputStream::nullInputStream))));
        server.close();
        assertThatExceptionOfType(ConnectionException.class)
                .isThrownBy(() -> transport.execute(get("/x?sig=secret")))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret"));
    }

    @Test
    void givesUpOnASilentServer() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                HttpTransport impatient = new ApacheHttpTransport(Duration.ofSeconds(5), Duration.ofMillis(50))) {
            URI address = URI.create("http://127.0.0.1:" + silent.getLocalPort());

            assertThatExceptionOfType(ConnectionException.class)
                    .isThrownBy(() -> impatient.execute(HttpRequest.of("GET", address)));
        }
    }

    @Test
    void dropsTheRestOfALargeBodyInsteadOfReadingIt() throws IOException {
        CountDownLatch closed = new CountDownLatch(1);
        HttpServer endless = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            endless.setExecutor(executor);
            endless.createContext("/", exchange -> {
                exchange.sendResponseHeaders(200, Long.MAX_VALUE);
                try (var out = exchange.getResponseBody()) {
                    while (true) {
                        out.write(new byte[8192]);
                    }
                } catch (IOException e) {
                    closed.countDown();
                }
            });
            endless.start();
            URI address = URI.create("http://127.0.0.1:" + endless.getAddress().getPort());
            try (HttpResponse response = transport.execute(HttpRequest.of("GET", address))) {
                assertThat(response.read(10)).hasSize(10);
            }
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            endless.stop(0);
        }
        assertThat(closed.getCount()).isZero();
    }

    @Test
    void readsAnAnswerThatComesBeforeTheBodyIsSent() throws Exception {
        try (ServerSocket proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread answering = Thread.startVirtualThread(() -> {
                try (Socket socket = proxy.accept()) {
                    socket.getOutputStream()
                            .write("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
                    // Like nginx: says no at once, then takes what comes until the client hangs up.
                    socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
                } catch (IOException e) {
                    // The client hung up in the middle, which is its right.
                }
            });
            long huge = 1L << 40;
            URI address = URI.create("http://127.0.0.1:" + proxy.getLocalPort());
            try (HttpResponse response = transport.execute(
                    HttpRequest.of("PUT", address).with(new HttpBody(huge, ApacheHttpTransportTest::zeros)))) {
                assertThat(response.status()).isEqualTo(413);
            }
            answering.join();
        }
    }

    @Test
    void showsNoCredentialsInTheTextOfARequest() {
        HttpRequest request = get("/x?sig=secret&n=5").with("Authorization", "Basic c2VjcmV0");

        assertThat(request.toString()).contains("GET http://").contains("n=5").doesNotContain("secret", "c2VjcmV0");
    }

    @Test
    void refusesABodyOfNegativeLength() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new HttpBody(-1, InputStream::nullInputStream));
        assertThatIOException().isThrownBy(() -> transport.execute(get("/x").to(URI.create("http://127.0.0.1:1/"))));
    }

    private static InputStream zeros() {
        return new InputStream() {
            @Override
            public int read() {
                return 0;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) {
                return length;
            }
        };
    }

    private int status(String path) throws IOException {
        try (HttpResponse response = transport.execute(get(path))) {
            return response.status();
        }
    }

    private HttpRequest get(String path) {
        return HttpRequest.of("GET", uri(path));
    }

    private URI uri(String path) {
        return URI.create(server.address() + path);
    }
}

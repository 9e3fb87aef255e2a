package io.transship.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DelayingLineTest {

    private static final Duration LATENCY = Duration.ofMillis(30);

    /** Later than the latency is always possible, earlier never. */
    @Test
    void everyByteArrivesAndNoneTooEarly() throws IOException, InterruptedException {
        byte[] content = new byte[5 << 20];
        new SplittableRandom(1).nextBytes(content);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/account", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        URI address = URI.create(
                "http://127.0.0.1:%d/account".formatted(server.getAddress().getPort()));
        try (DelayingLine line = DelayingLine.to(address, LATENCY);
                HttpClient client = HttpClient.newHttpClient()) {
            assertThat(line.uri().getPath()).isEqualTo("/account");
            long began = System.nanoTime();
            HttpResponse<byte[]> answer = client.send(
                    HttpRequest.newBuilder(line.uri())
                            .POST(BodyPublishers.ofByteArray(content))
                            .build(),
                    BodyHandlers.ofByteArray());
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(LATENCY);
            assertThat(answer.body()).isEqualTo(content);
        } finally {
            server.stop(0);
        }
    }
}

package io.transship.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.azure.core.util.BinaryData;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.transship.local.EventSource.Schema;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

class EventSourceTest {

    private static AzuriteServer azurite;

    private final List<JsonNode> received = new CopyOnWriteArrayList<>();
    private final List<String> types = new CopyOnWriteArrayList<>();
    private final AtomicInteger failures = new AtomicInteger();
    private HttpServer webhook;
    private BlobContainerClient container;

    @BeforeAll
    static void startAzurite() throws IOException {
        azurite = AzuriteServer.start(AzuriteServer.Options.of("account"));
    }

    @AfterAll
    static void stopAzurite() {
        azurite.close();
    }

    @BeforeEach
    void startWebhook(TestInfo test) throws IOException {
        webhook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        webhook.createContext("/runtime/webhooks/EventGrid", this::answer);
        webhook.start();
        container = new BlobServiceClientBuilder()
                .connectionString(azurite.connectionString("account"))
                .buildClient()
                .createBlobContainer(
                        "c" + Integer.toHexString(test.getDisplayName().hashCode()));
    }

    @AfterEach
    void stopWebhook() {
        webhook.stop(0);
    }

    @Test
    void deliversAnEventForEachBlobThatIsNewOrChanged() throws IOException {
        put("known before.tar");
        try (EventSource source = EventSource.start(container, EventSource.Options.to(address()))) {
            put("runs/42.tar");
            await().until(() -> source.deliveries().size() == 1);
            put("runs/42.tar");
            await().until(() -> source.deliveries().size() == 2);
        }

        assertThat(types).containsExactly("SubscriptionValidation", "Notification", "Notification");
        JsonNode event = received.getFirst();
        assertThat(event.path("eventType").asText()).isEqualTo("Microsoft.Storage.BlobCreated");
        assertThat(event.path("subject").asText())
                .isEqualTo("/blobServices/default/containers/%s/blobs/runs/42.tar"
                        .formatted(container.getBlobContainerName()));
        assertThat(event.at("/data/contentLength").asLong()).isEqualTo(7);
        assertThat(event.at("/data/url").asText()).endsWith("/42.tar");
        assertThat(event.at("/data/eTag")).isNotEqualTo(received.get(1).at("/data/eTag"));
    }

    @Test
    void deliversAgainAfterAFailureWithTheSameId() throws IOException {
        failures.set(2);
        EventSource.Options options =
                EventSource.Options.to(address()).withBackOff(List.of(Duration.ofMillis(1), Duration.ofMillis(1)));
        try (EventSource source = EventSource.start(container, options)) {
            put("a.tar");
            await().until(() -> source.deliveries().size() == 3);

            assertThat(source.deliveries())
                    .extracting(EventSource.Delivery::status)
                    .containsExactly(500, 500, 202);
        }
        assertThat(received).hasSize(3).allMatch(event -> event.equals(received.getFirst()));
    }

    @Test
    void deliversAsManyCopiesAsAskedFor() throws IOException {
        try (EventSource source =
                EventSource.start(container, EventSource.Options.to(address()).withCopies(3))) {
            put("a.tar");
            await().until(() -> source.deliveries().size() == 3);
        }

        assertThat(received).hasSize(3).allMatch(event -> event.equals(received.getFirst()));
    }

    @Test
    void speaksCloudEvents() throws IOException {
        EventSource.Options options = EventSource.Options.to(address()).withSchema(Schema.CLOUD_EVENTS);
        try (EventSource source = EventSource.start(container, options)) {
            put("a.tar");
            await().until(() -> source.deliveries().size() == 1);
        }

        assertThat(received.getFirst().path("specversion").asText()).isEqualTo("1.0");
        assertThat(received.getFirst().path("type").asText()).isEqualTo("Microsoft.Storage.BlobCreated");
    }

    @Test
    void sendsOneEventByHand() throws IOException {
        put("a.tar");
        try (EventSource source = EventSource.start(container, EventSource.Options.to(address()))) {
            assertThat(source.send("a.tar")).isEqualTo(202);
        }

        assertThat(received).hasSize(1);
    }

    @Test
    void refusesAWebhookThatDoesNotProveItself() {
        URI other = URI.create("http://127.0.0.1:" + webhook.getAddress().getPort() + "/other?code=hidden");

        assertThatThrownBy(() -> EventSource.start(container, EventSource.Options.to(other)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("handshake")
                .hasMessageNotContaining("hidden");
    }

    private URI address() {
        return URI.create("http://127.0.0.1:%d/runtime/webhooks/EventGrid?functionName=F&code=k"
                .formatted(webhook.getAddress().getPort()));
    }

    private void put(String name) {
        container.getBlobClient(name).upload(BinaryData.fromString("archive"), true);
    }

    private void answer(HttpExchange raw) throws IOException {
        JsonExchange exchange = new JsonExchange(raw);
        if (exchange.method().equals("OPTIONS")) {
            exchange.withHeader(
                            "WebHook-Allowed-Origin",
                            exchange.header("WebHook-Request-Origin").orElse(""))
                    .answer(200, Map.of());
            return;
        }
        JsonNode body = exchange.body();
        exchange.header("aeg-event-type").ifPresent(types::add);
        if (body.at("/0/data/validationCode").isTextual()) {
            exchange.answer(200, Map.of("validationResponse", body.at("/0/data/validationCode")));
            return;
        }
        received.add(body.isArray() ? body.get(0) : body);
        exchange.answer(failures.getAndDecrement() > 0 ? 500 : 202, Map.of());
    }
}

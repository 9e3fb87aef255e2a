package io.transship.local;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * What makes a local cloud's app rotate: the events that Key Vault sends about its secrets, and the tick of a timer, which
 * an operator asks for at the host's admin endpoint. Thread-safe.
 */
public final class RotationEvents implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final LocalCloud cloud;
    private final HttpClient client = HttpClient.newHttpClient();

    public RotationEvents(LocalCloud cloud) {
        this.cloud = cloud;
    }

    /** Delivers an event in Event Grid's schema, and returns the status of the answer. */
    public int send(String type, String secret) throws IOException {
        ObjectNode event = event(secret);
        event.put("topic", "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/local");
        event.put("eventType", type).put("eventTime", Instant.now().toString());
        event.put("dataVersion", "1").put("metadataVersion", "1");
        return deliver(JsonExchange.JSON.createArrayNode().add(event).toString());
    }

    /** The same as a CloudEvent. */
    public int sendAsCloudEvent(String type, String secret) throws IOException {
        ObjectNode event = event(secret);
        event.put("specversion", "1.0")
                .put("type", type)
                .put("time", Instant.now().toString());
        event.put("source", "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/local");
        return deliver(event.toString());
    }

    /** Has a function run that a timer starts, and returns the status of the answer, which does not wait for it. */
    public int tick(String function) throws IOException {
        URI address = cloud.app().resolve("/admin/functions/" + function);
        return post(HttpRequest.newBuilder(address)
                .header("x-functions-key", cloud.host().setting(HostProcess.MASTER_KEY))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"input\":\"\"}"))
                .build());
    }

    /** Waits until a secret has so many versions. */
    public void awaitVersions(String secret, int versions) {
        await("secret '%s' has %d versions".formatted(secret, versions))
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> cloud.vault().versions(secret) == versions);
    }

    @Override
    public void close() {
        client.close();
    }

    private ObjectNode event(String secret) {
        String version = UUID.randomUUID().toString().replace("-", "");
        ObjectNode event = JsonExchange.JSON.createObjectNode();
        event.put("id", UUID.randomUUID().toString()).put("subject", secret);
        event.putObject("data")
                .put("Id", cloud.vault().secretUri(secret) + "/" + version)
                .put("VaultName", "local")
                .put("ObjectType", "Secret")
                .put("ObjectName", secret)
                .put("Version", version)
                .putNull("NBF")
                .put("EXP", Instant.now().plus(Duration.ofDays(7)).getEpochSecond());
        return event;
    }

    private int deliver(String events) throws IOException {
        URI webhook = cloud.app()
                .resolve("/runtime/webhooks/EventGrid?functionName=RotateSasOnNearExpiry&code="
                        + cloud.host().setting("TRANSSHIP_LOCAL_EVENTGRID_KEY"));
        return post(HttpRequest.newBuilder(webhook)
                .header("aeg-event-type", "Notification")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(events))
                .build());
    }

    private int post(HttpRequest request) throws IOException {
        try {
            return client.send(request, BodyHandlers.discarding()).statusCode();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}

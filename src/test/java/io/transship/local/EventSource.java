package io.transship.local;

import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.BlobItem;
import com.azure.storage.blob.models.BlobItemProperties;
import com.azure.storage.blob.models.BlobType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Event Grid for one container: it lists the container, makes a {@code BlobCreated} event of every blob that is new or
 * changed, and delivers it to a webhook, after a handshake and again after a failure. Blobs that are there when it
 * starts count as known. Safe for use by several threads.
 *
 * @see <a href="https://learn.microsoft.com/azure/event-grid/delivery-and-retry">Delivery and retry</a>
 * @see <a href="https://learn.microsoft.com/azure/event-grid/end-point-validation-event-grid-events-schema">Endpoint
 *     validation</a>
 */
public final class EventSource implements AutoCloseable {

    private static final Duration LISTING_PAUSE = Duration.ofMillis(250);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);
    private static final String ORIGIN = "eventgrid.azure.net";

    private final Options options;
    private final BlobContainerClient container;
    private final HttpClient client;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, String> known = new HashMap<>();
    private final List<Delivery> log = new CopyOnWriteArrayList<>();

    /** What an event looks like on the wire. */
    public enum Schema {
        EVENT_GRID,
        CLOUD_EVENTS
    }

    /**
     * What to deliver and how.
     *
     * @param webhook with its key and function name in the query
     * @param copies how often each event is delivered; Event Grid promises at least once
     * @param backOff pauses before the second and further attempts; after the last one the event is lost
     */
    public record Options(URI webhook, Schema schema, int copies, List<Duration> backOff) {

        public Options {
            backOff = List.copyOf(backOff);
        }

        /** Event Grid's own schema, every event once, attempts over about a minute. */
        public static Options to(URI webhook) {
            List<Duration> pauses = List.of(
                    Duration.ofMillis(200),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(30));
            return new Options(webhook, Schema.EVENT_GRID, 1, pauses);
        }

        /** The same in another schema. */
        public Options withSchema(Schema other) {
            return new Options(webhook, other, copies, backOff);
        }

        /** The same with another number of copies. */
        public Options withCopies(int count) {
            return new Options(webhook, schema, count, backOff);
        }

        /** The same with other pauses. */
        public Options withBackOff(List<Duration> pauses) {
            return new Options(webhook, schema, copies, pauses);
        }
    }

    /**
     * An attempt that was made.
     *
     * @param status of the answer, or 0 when there was none
     */
    public record Delivery(String eventId, String blob, int status) {}

    private EventSource(BlobContainerClient container, Options options) {
        this.options = options;
        this.container = container;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(ANSWER_LIMIT)
                .executor(threads)
                .build();
    }

    /**
     * Does the handshake with the webhook and begins to watch.
     *
     * @throws IOException if the webhook cannot be reached or does not prove that it wants events
     */
    public static EventSource start(BlobContainerClient container, Options options) throws IOException {
        EventSource source = new EventSource(container, options);
        try {
            source.shakeHands();
            source.changed();
            source.threads.execute(source::watch);
            return source;
        } catch (IOException | RuntimeException e) {
            source.close();
            throw e;
        }
    }

    /**
     * Delivers an event about a blob by hand, once and in this thread, and returns the status of the answer.
     *
     * @throws IOException if there is no answer
     */
    public int send(String blob) throws IOException {
        BlobItem item = new BlobItem().setName(blob);
        var properties = container.getBlobClient(blob).getProperties();
        item.setProperties(new BlobItemProperties()
                .setETag(properties.getETag())
                .setContentLength(properties.getBlobSize())
                .setContentType(properties.getContentType())
                .setBlobType(properties.getBlobType())
                .setLastModified(properties.getLastModified()));
        return post(event(item));
    }

    /**
     * Delivers an event about a blob that is not there (any more), once and in this thread.
     *
     * @return the status of the answer
     * @throws IOException if there is no answer
     */
    int announce(String blob) throws IOException {
        BlobItemProperties gone = new BlobItemProperties()
                .setETag("0x8DD000000000000")
                .setContentLength(1L)
                .setContentType("application/octet-stream")
                .setBlobType(BlobType.BLOCK_BLOB)
                .setLastModified(OffsetDateTime.now(ZoneOffset.UTC));
        return post(event(new BlobItem().setName(blob).setProperties(gone)));
    }

    /** All attempts up to now, in order of their end. */
    public List<Delivery> deliveries() {
        return List.copyOf(log);
    }

    /** Stops watching and drops what is not delivered yet. */
    @Override
    public void close() {
        threads.shutdownNow();
        client.shutdownNow();
    }

    private void watch() {
        try {
            while (!threads.isShutdown()) {
                Thread.sleep(LISTING_PAUSE);
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        try {
            for (BlobCreatedEvent event : changed()) {
                for (int copy = 0; copy < options.copies(); copy++) {
                    threads.execute(() -> deliver(event));
                }
            }
        } catch (RuntimeException e) {
            // The storage is restarting or being stopped: the next look finds what this one missed.
        }
    }

    private List<BlobCreatedEvent> changed() {
        Set<String> listed = new HashSet<>();
        List<BlobCreatedEvent> events = container.listBlobs().stream()
                .filter(item -> {
                    listed.add(item.getName());
                    String eTag = item.getProperties().getETag();
                    return !eTag.equals(known.put(item.getName(), eTag));
                })
                .map(this::event)
                .toList();
        known.keySet().retainAll(listed);
        return events;
    }

    private BlobCreatedEvent event(BlobItem item) {
        BlobItemProperties properties = item.getProperties();
        return BlobCreatedEvent.of(
                container.getAccountName(),
                container.getBlobContainerName(),
                item.getName(),
                URI.create(container.getBlobClient(item.getName()).getBlobUrl().replace("%2F", "/")),
                new BlobCreatedEvent.Properties(
                        properties.getETag(),
                        properties.getContentType(),
                        properties.getContentLength(),
                        properties.getBlobType().toString()),
                properties.getLastModified().toInstant());
    }

    private void deliver(BlobCreatedEvent event) {
        try {
            if (attempt(event)) {
                return;
            }
            for (Duration pause : options.backOff()) {
                Thread.sleep(pause);
                if (attempt(event)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean attempt(BlobCreatedEvent event) {
        int status = 0;
        try {
            status = post(event);
        } catch (IOException e) {
            // No answer: recorded as status 0, and tried again.
        }
        log.add(new Delivery(event.id(), event.blob(), status));
        return isSuccess(status);
    }

    private int post(BlobCreatedEvent event) throws IOException {
        return switch (options.schema()) {
            case EVENT_GRID ->
                send(eventGrid("Notification", array(event.eventGrid()))).statusCode();
            case CLOUD_EVENTS ->
                send(request()
                                .header("Content-Type", "application/cloudevents+json; charset=utf-8")
                                .header("aeg-event-type", "Notification")
                                .POST(HttpRequest.BodyPublishers.ofString(
                                        event.cloudEvent().toString())))
                        .statusCode();
        };
    }

    private void shakeHands() throws IOException {
        boolean proven = switch (options.schema()) {
            case EVENT_GRID -> validate();
            case CLOUD_EVENTS -> preflight();
        };
        if (!proven) {
            throw new IOException(
                    "the webhook '%s%s' did not pass the validation handshake; look at its key and function"
                            .formatted(
                                    options.webhook().getAuthority(),
                                    options.webhook().getPath()));
        }
    }

    private boolean validate() throws IOException {
        String code = UUID.randomUUID().toString();
        var event = JsonExchange.JSON.createObjectNode();
        event.put("id", UUID.randomUUID().toString())
                .put("topic", "/subscriptions/00000000-0000-0000-0000-000000000000")
                .put("subject", "")
                .put("eventType", "Microsoft.EventGrid.SubscriptionValidationEvent")
                .put("eventTime", "2026-01-01T00:00:00Z")
                .put("metadataVersion", "1")
                .put("dataVersion", "2");
        event.putObject("data").put("validationCode", code);
        HttpResponse<String> answer = send(eventGrid("SubscriptionValidation", array(event)));
        if (!isSuccess(answer.statusCode())) {
            return false;
        }
        JsonNode json = JsonExchange.JSON.readTree(answer.body());
        return json.path("validationResponse").asText().equals(code);
    }

    private boolean preflight() throws IOException {
        HttpResponse<String> answer =
                send(request().header("WebHook-Request-Origin", ORIGIN).method("OPTIONS", noBody()));
        String allowed = answer.headers().firstValue("WebHook-Allowed-Origin").orElse("");
        return isSuccess(answer.statusCode()) && (allowed.equals(ORIGIN) || allowed.equals("*"));
    }

    private HttpRequest.Builder eventGrid(String type, ArrayNode events) {
        return request()
                .header("Content-Type", "application/json; charset=utf-8")
                .header("aeg-event-type", type)
                .header("aeg-subscription-name", "TRANSSHIP-LOCAL")
                .header("aeg-delivery-count", "0")
                .header("aeg-data-version", "")
                .header("aeg-metadata-version", "1")
                .POST(HttpRequest.BodyPublishers.ofString(events.toString()));
    }

    private HttpRequest.Builder request() {
        return HttpRequest.newBuilder(options.webhook()).timeout(ANSWER_LIMIT);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while an event was delivered", e);
        }
    }

    private static ArrayNode array(JsonNode event) {
        return JsonExchange.JSON.createArrayNode().add(event);
    }

    private static HttpRequest.BodyPublisher noBody() {
        return HttpRequest.BodyPublishers.noBody();
    }

    private static boolean isSuccess(int status) {
        return status >= 200 && status < 300;
    }
}

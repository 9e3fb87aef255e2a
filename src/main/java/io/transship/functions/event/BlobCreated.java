package io.transship.functions.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/**
 * What an event {@code Microsoft.Storage.BlobCreated} says, in Event Grid's schema or as a CloudEvent.
 *
 * @param type the event's type, whatever it is
 * @param api the operation that created the blob, such as {@code PutBlockList}
 * @param blob its address
 * @param etag of the version that was created
 * @param blobType {@code BlockBlob} and its kin
 * @param time when it was created
 * @see <a href="https://learn.microsoft.com/azure/event-grid/event-schema-blob-storage">Blob Storage as an Event Grid
 *     source</a>
 */
record BlobCreated(String type, String api, URI blob, String etag, String blobType, Instant time) {

    static final String TYPE = "Microsoft.Storage.BlobCreated";

    /**
     * Parses an event.
     *
     * @throws IllegalArgumentException if it is no event of Event Grid, or one of {@link #TYPE} without blob or ETag
     */
    static BlobCreated parse(String json) {
        GridEvent event = GridEvent.parse(json);
        JsonNode data = event.data();
        // Accounts with a hierarchical namespace name the blob by its dfs address and add the other one.
        String address = data.path("blobUrl").asText(data.path("url").asText());
        String etag = data.path("eTag").asText(data.path("etag").asText());
        if (event.type().equals(TYPE) && (address.isEmpty() || etag.isEmpty())) {
            throw new IllegalArgumentException("the event names no blob (data.url) or no version of it (data.eTag)");
        }
        if (address.indexOf('?') >= 0) {
            throw new IllegalArgumentException("the event's address of a blob has a query: expected the blob alone");
        }
        return new BlobCreated(
                event.type(),
                data.path("api").asText(),
                URI.create(address.replace(" ", "%20")),
                etag,
                data.path("blobType").asText("BlockBlob"),
                time(event.time()));
    }

    private static Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("the event's time '%s' is not valid".formatted(text), e);
        }
    }
}

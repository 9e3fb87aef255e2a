package io.transship.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;

/**
 * A {@code Microsoft.Storage.BlobCreated} event about one stored blob, in either schema that Event Grid can deliver.
 *
 * @param id unique to the event; the same event delivered again has the same
 * @param account storage account
 * @param container container in it
 * @param blob name of the blob
 * @param url address of the blob
 * @param properties what the service says about the blob
 * @param time when it was created
 * @see <a href="https://learn.microsoft.com/azure/event-grid/event-schema-blob-storage">Blob Storage as an Event Grid
 *     source</a>
 */
record BlobCreatedEvent(
        String id, String account, String container, String blob, URI url, Properties properties, Instant time) {

    private static final String TYPE = "Microsoft.Storage.BlobCreated";

    /**
     * Facts about the blob.
     *
     * @param length bytes
     * @param blobType {@code BlockBlob} and its kin
     */
    record Properties(String eTag, String contentType, long length, String blobType) {}

    static BlobCreatedEvent of(
            String account, String container, String blob, URI url, Properties properties, Instant time) {
        return new BlobCreatedEvent(UUID.randomUUID().toString(), account, container, blob, url, properties, time);
    }

    ObjectNode eventGrid() {
        ObjectNode event = JsonExchange.JSON.createObjectNode();
        event.put("id", id)
                .put("topic", topic())
                .put("subject", subject())
                .put("eventType", TYPE)
                .put("eventTime", time.toString())
                .put("dataVersion", "")
                .put("metadataVersion", "1");
        event.set("data", data());
        return event;
    }

    ObjectNode cloudEvent() {
        ObjectNode event = JsonExchange.JSON.createObjectNode();
        event.put("specversion", "1.0")
                .put("id", id)
                .put("source", topic())
                .put("subject", subject())
                .put("type", TYPE)
                .put("time", time.toString());
        event.set("data", data());
        return event;
    }

    private String topic() {
        return ("/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/demo"
                        + "/providers/Microsoft.Storage/storageAccounts/%s")
                .formatted(account);
    }

    private String subject() {
        return "/blobServices/default/containers/%s/blobs/%s".formatted(container, blob);
    }

    private ObjectNode data() {
        ObjectNode data = JsonExchange.JSON
                .createObjectNode()
                .put("api", "PutBlockList")
                .put("clientRequestId", id)
                .put("requestId", id)
                .put("eTag", properties.eTag())
                .put("contentType", properties.contentType())
                .put("contentLength", properties.length())
                .put("blobType", properties.blobType())
                .put("url", url.toString())
                .put("sequencer", String.format(Locale.ROOT, "%032x", time.toEpochMilli()));
        data.putObject("storageDiagnostics").put("batchId", id);
        return data;
    }
}

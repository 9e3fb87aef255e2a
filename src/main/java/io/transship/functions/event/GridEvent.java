package io.transship.functions.event;

import com.fasterxml.jackson.databind.JsonNode;
import io.transship.functions.arm.Json;

/**
 * An event of Event Grid, in its own schema or as a CloudEvent.
 *
 * @param type what happened, such as {@code Microsoft.Storage.BlobCreated}
 * @param time when, as the event says it
 * @param data what depends on the type
 * @see <a href="https://learn.microsoft.com/azure/event-grid/event-schema">Event Grid's schema</a>
 */
record GridEvent(String type, String time, JsonNode data) {

    /**
     * Parses an event.
     *
     * @throws IllegalArgumentException if it is none
     */
    static GridEvent parse(String json) {
        JsonNode event = Json.parse(json);
        boolean cloudEvent = event.has("specversion");
        String type = event.path(cloudEvent ? "type" : "eventType").asText();
        if (type.isEmpty()) {
            throw new IllegalArgumentException("the event has no type: expected one of Event Grid or a CloudEvent");
        }
        return new GridEvent(type, event.path(cloudEvent ? "time" : "eventTime").asText(), event.path("data"));
    }
}

package io.transship.local.functions;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A storage queue, as far as triggers and output bindings need it. Message texts are as stored, encoded or not.
 * Implementations are thread-safe.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/storageservices/queue-service-rest-api">Queue service REST API</a>
 */
interface MessageQueue {

    /** Takes up to {@code max} messages and hides them for the window; none if the queue does not exist. */
    List<Message> receive(int max, Duration hidden);

    /** Hides a received message anew, counted from now; returns it with its new receipt. */
    Message hide(Message message, Duration hidden);

    /** Removes a received message; does nothing if its receipt is no longer the current one. */
    void delete(Message message);

    /** Adds a message, and creates the queue when it does not exist. */
    void send(String text);

    /** Opens queues by the connection string of their account. */
    @FunctionalInterface
    interface Service {

        MessageQueue open(String connectionString, String queue);
    }

    /** A received message; the receipt is what the next operation on it must show. */
    record Message(
            String id,
            String receipt,
            long dequeueCount,
            Instant inserted,
            Instant expires,
            Instant nextVisible,
            String text) {

        /** The trigger metadata that Azure offers; times have quotes because they pass through JSON there. */
        Map<String, String> metadata(String decodedText) {
            Map<String, String> metadata = new TreeMap<>();
            metadata.put("QueueTrigger", decodedText);
            metadata.put("Id", id);
            metadata.put("PopReceipt", receipt);
            metadata.put("DequeueCount", Long.toString(dequeueCount));
            metadata.put("InsertionTime", "\"" + inserted + "\"");
            metadata.put("ExpirationTime", "\"" + expires + "\"");
            metadata.put("NextVisibleTime", "\"" + nextVisible + "\"");
            return metadata;
        }
    }
}

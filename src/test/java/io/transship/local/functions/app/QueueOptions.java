package io.transship.local.functions.app;

import java.time.Duration;

/**
 * The {@code extensions.queues} section of host.json.
 *
 * @param batchSize messages fetched at once, 1 to 32
 * @param newBatchThreshold running messages at or below which the next batch is fetched
 * @param maxDequeueCount attempts before a message goes to the poison queue
 * @param retryDelay how long a failed message stays hidden ({@code visibilityTimeout} in host.json)
 * @param maxPollingInterval the longest pause between two looks at an empty queue
 * @param encoding how message texts travel
 * @param hiddenWhileRunning how long a message is hidden while its function runs; renewed at half of it
 * @see <a href="https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue#hostjson-settings">
 *     host.json settings</a>
 */
public record QueueOptions(
        int batchSize,
        int newBatchThreshold,
        int maxDequeueCount,
        Duration retryDelay,
        Duration maxPollingInterval,
        Encoding encoding,
        Duration hiddenWhileRunning) {

    /** How message texts travel. */
    public enum Encoding {
        BASE64,
        NONE
    }

    public QueueOptions {
        require(batchSize >= 1 && batchSize <= 32, "batchSize must be 1 to 32");
        require(newBatchThreshold >= 0, "newBatchThreshold must not be negative");
        require(maxDequeueCount >= 1, "maxDequeueCount must be at least 1");
        require(maxPollingInterval.compareTo(Duration.ofMillis(100)) >= 0, "maxPollingInterval must be 100 ms or more");
        // The service counts visibility in whole seconds: less than two would leave no half time to renew in.
        require(hiddenWhileRunning.compareTo(Duration.ofSeconds(2)) >= 0, "the visibility window must be 2 s or more");
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException("host.json extensions.queues: " + message);
        }
    }
}

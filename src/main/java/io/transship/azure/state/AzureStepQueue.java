package io.transship.azure.state;

import com.azure.core.util.BinaryData;
import com.azure.storage.queue.QueueClient;
import io.transship.core.pipeline.run.Step;
import io.transship.core.pipeline.run.StepQueue;
import java.io.IOException;

/** Steps as messages of a queue in the app's own storage account, which is made at first use. Thread-safe. */
public final class AzureStepQueue implements StepQueue {

    private final StorageConnection storage;
    private final String name;
    private final FirstUse firstUse = new FirstUse();

    /** A queue by its name; makes no request. */
    public AzureStepQueue(StorageConnection storage, String name) {
        this.storage = storage;
        this.name = name;
    }

    @Override
    public void enqueue(Step step) throws IOException {
        StorageConnection.ask("enqueue the %s".formatted(step), () -> {
            QueueClient queue = storage.queueService().getQueueClient(name);
            firstUse.prepare(queue::createIfNotExists);
            return queue.sendMessage(BinaryData.fromString(step.toJson()));
        });
    }
}

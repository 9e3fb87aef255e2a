package io.transship.local.functions;

import com.azure.storage.queue.QueueClient;
import com.azure.storage.queue.QueueClientBuilder;
import com.azure.storage.queue.models.QueueErrorCode;
import com.azure.storage.queue.models.QueueMessageItem;
import com.azure.storage.queue.models.QueueStorageException;
import com.azure.storage.queue.models.UpdateMessageResult;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A queue of a real account or of Azurite, through the SDK. Thread-safe. */
final class StorageQueue implements MessageQueue {

    private final QueueClient client;

    private StorageQueue(QueueClient client) {
        this.client = client;
    }

    static MessageQueue open(String connectionString, String queue) {
        return new StorageQueue(new QueueClientBuilder()
                .connectionString(connectionString)
                .queueName(queue)
                .buildClient());
    }

    @Override
    public List<Message> receive(int max, Duration hidden) {
        try {
            return client.receiveMessages(max, hidden, null, null).stream()
                    .map(StorageQueue::message)
                    .toList();
        } catch (QueueStorageException e) {
            if (isMissingQueue(e)) {
                return List.of();
            }
            throw e;
        }
    }

    private static Message message(QueueMessageItem item) {
        return new Message(
                item.getMessageId(),
                item.getPopReceipt(),
                item.getDequeueCount(),
                instant(item.getInsertionTime()),
                instant(item.getExpirationTime()),
                instant(item.getTimeNextVisible()),
                item.getBody().toString());
    }

    private static Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? Instant.EPOCH : time.toInstant();
    }

    @Override
    public Message hide(Message message, Duration hidden) {
        UpdateMessageResult result = client.updateMessage(message.id(), message.receipt(), message.text(), hidden);
        return new Message(
                message.id(),
                result.getPopReceipt(),
                message.dequeueCount(),
                message.inserted(),
                message.expires(),
                instant(result.getTimeNextVisible()),
                message.text());
    }

    @Override
    public void delete(Message message) {
        try {
            client.deleteMessage(message.id(), message.receipt());
        } catch (QueueStorageException e) {
            if (e.getStatusCode() != 404 && !QueueErrorCode.POP_RECEIPT_MISMATCH.equals(e.getErrorCode())) {
                throw e;
            }
        }
    }

    @Override
    public void send(String text) {
        try {
            client.sendMessage(text);
        } catch (QueueStorageException e) {
            if (!isMissingQueue(e)) {
                throw e;
            }
            client.createIfNotExists();
            client.sendMessage(text);
        }
    }

    private static boolean isMissingQueue(QueueStorageException e) {
        return QueueErrorCode.QUEUE_NOT_FOUND.equals(e.getErrorCode()) || e.getStatusCode() == 404;
    }
}

package io.transship.azure.state;

import com.azure.core.exception.HttpResponseException;
import com.azure.core.util.Context;
import com.azure.data.tables.models.ListEntitiesOptions;
import com.azure.data.tables.models.TableServiceException;
import com.azure.storage.blob.models.BlobStorageException;
import com.azure.storage.queue.models.QueueStorageException;
import java.io.IOException;
import java.util.function.Supplier;

/**
 * Asks each service of the app's own storage account for next to nothing: whether it can be reached, and lets the app in. What
 * is made at first use and not there yet is no failure. Thread-safe.
 */
public final class StorageProbes {

    private static final int NOT_FOUND = 404;

    private final StorageConnection storage;

    public StorageProbes(StorageConnection storage) {
        this.storage = storage;
    }

    public void table(String name) throws IOException {
        ListEntitiesOptions one =
                new ListEntitiesOptions().setFilter("PartitionKey eq 'none'").setTop(1);
        probe(
                "read table '%s'".formatted(name),
                () -> storage.tableService().getTableClient(name).listEntities(one, null, Context.NONE).stream()
                        .findFirst());
    }

    public void queue(String name) throws IOException {
        probe(
                "look at queue '%s'".formatted(name),
                () -> storage.queueService().getQueueClient(name).getProperties());
    }

    public void container(String name) throws IOException {
        probe(
                "look at container '%s'".formatted(name),
                () -> storage.blobService().getBlobContainerClient(name).exists());
    }

    private static void probe(String what, Supplier<?> request) throws IOException {
        StorageConnection.ask(what, () -> {
            try {
                return String.valueOf(request.get());
            } catch (TableServiceException e) {
                return notFound(e, e.getResponse().getStatusCode());
            } catch (QueueStorageException e) {
                return notFound(e, e.getStatusCode());
            } catch (BlobStorageException e) {
                return notFound(e, e.getStatusCode());
            }
        });
    }

    private static String notFound(HttpResponseException e, int status) {
        if (status != NOT_FOUND) {
            throw e;
        }
        return "not there yet";
    }
}

package io.transship.azure.state;

import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.storage.blob.BlobClient;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.BlobErrorCode;
import com.azure.storage.blob.models.BlobRequestConditions;
import com.azure.storage.blob.models.BlobStorageException;
import com.azure.storage.blob.models.ListBlobsOptions;
import com.azure.storage.blob.options.BlobParallelUploadOptions;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.run.ExecutionId;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/** The documents of runs, as stored blobs {@code <resource id>/<time of the execution>/<name>}. Thread-safe. */
final class RunBlobs {

    private final StorageConnection storage;
    private final String container;
    private final FirstUse firstUse = new FirstUse();

    RunBlobs(StorageConnection storage, String container) {
        this.storage = storage;
        this.container = container;
    }

    byte[] keep(ExecutionId execution, String name, byte[] content) throws IOException {
        boolean kept = StorageConnection.ask(
                "keep document '%s' of run '%s'".formatted(name, execution.run().name()), () -> {
                    BlobRequestConditions ifAbsent = new BlobRequestConditions().setIfNoneMatch("*");
                    try {
                        blob(execution, name)
                                .uploadWithResponse(
                                        new BlobParallelUploadOptions(BinaryData.fromBytes(content))
                                                .setRequestConditions(ifAbsent),
                                        null,
                                        Context.NONE);
                        return true;
                    } catch (BlobStorageException e) {
                        if (BlobErrorCode.BLOB_ALREADY_EXISTS.equals(e.getErrorCode())) {
                            return false;
                        }
                        throw e;
                    }
                });
        return kept ? content : find(execution, name).orElse(content);
    }

    Optional<byte[]> find(ExecutionId execution, String name) throws IOException {
        return StorageConnection.ask(
                "read document '%s' of run '%s'".formatted(name, execution.run().name()), () -> {
                    try {
                        return Optional.of(
                                blob(execution, name).downloadContent().toBytes());
                    } catch (BlobStorageException e) {
                        if (BlobErrorCode.BLOB_NOT_FOUND.equals(e.getErrorCode())) {
                            return Optional.empty();
                        }
                        throw e;
                    }
                });
    }

    /** Deletes the documents of all executions of a run, those that are still there. */
    void deleteAll(ResourceId run) throws IOException {
        StorageConnection.ask("delete the documents of run '%s'".formatted(run.name()), () -> {
            BlobContainerClient client = container();
            client.listBlobs(new ListBlobsOptions().setPrefix(folder(run)), null)
                    .forEach(blob -> client.getBlobClient(blob.getName()).deleteIfExists());
            return run;
        });
    }

    private BlobClient blob(ExecutionId execution, String name) {
        return container().getBlobClient("%s%s/%s".formatted(folder(execution.run()), execution.requestedAt(), name));
    }

    private static String folder(ResourceId run) {
        return run.toString().toLowerCase(Locale.ROOT).substring(1) + "/";
    }

    private BlobContainerClient container() {
        BlobContainerClient client = storage.blobService().getBlobContainerClient(container);
        firstUse.prepare(client::createIfNotExists);
        return client;
    }
}

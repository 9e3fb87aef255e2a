package io.transship.azure;

import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.storage.blob.BlobClient;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.BlobErrorCode;
import com.azure.storage.blob.models.BlobRequestConditions;
import com.azure.storage.blob.models.BlobStorageException;
import com.azure.storage.blob.options.BlobParallelUploadOptions;
import io.transship.core.pipeline.ResourceId;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/** The documents of runs, as stored blobs {@code <resource id>/<name>}. Thread-safe. */
final class RunBlobs {

    private final StorageConnection storage;
    private final String container;
    private final FirstUse firstUse = new FirstUse();

    RunBlobs(StorageConnection storage, String container) {
        this.storage = storage;
        this.container = container;
    }

    byte[] keep(ResourceId run, String name, byte[] content) throws IOException {
        boolean kept = StorageConnection.ask("keep document '%s' of run '%s'".formatted(name, run.name()), () -> {
            BlobRequestConditions ifAbsent = new BlobRequestConditions().setIfNoneMatch("*");
            try {
                blob(run, name)
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
        return kept ? content : find(run, name).orElse(content);
    }

    Optional<byte[]> find(ResourceId run, String name) throws IOException {
        return StorageConnection.ask("read document '%s' of run '%s'".formatted(name, run.name()), () -> {
            try {
                return Optional.of(blob(run, name).downloadContent().toBytes());
            } catch (BlobStorageException e) {
                if (BlobErrorCode.BLOB_NOT_FOUND.equals(e.getErrorCode())) {
                    return Optional.empty();
                }
                throw e;
            }
        });
    }

    private BlobClient blob(ResourceId run, String name) {
        BlobContainerClient client = storage.blobService().getBlobContainerClient(container);
        firstUse.prepare(client::createIfNotExists);
        return client.getBlobClient(run.toString().toLowerCase(Locale.ROOT).substring(1) + "/" + name);
    }
}

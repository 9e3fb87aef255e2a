package io.transship.azure;

import com.azure.storage.blob.BlobServiceClientBuilder;
import com.azure.storage.blob.models.BlobAudience;
import io.transship.core.storage.BlobContainer;
import io.transship.core.storage.BlobContainers;
import io.transship.core.storage.ContainerUri;
import io.transship.core.storage.StorageAccess;
import java.util.function.Supplier;

/** Containers of Azure Blob Storage, or of what speaks its protocol. Thread-safe; all share one HTTP client. */
public final class AzureBlobContainers implements BlobContainers {

    private final AzureIdentities identities;
    private final Supplier<AzureHttp> http;

    public AzureBlobContainers(AzureIdentities identities) {
        this(identities, AzureHttp::shared);
    }

    AzureBlobContainers(AzureIdentities identities, Supplier<AzureHttp> http) {
        this.identities = identities;
        this.http = http;
    }

    @Override
    public BlobContainer open(ContainerUri uri, StorageAccess access) {
        AzureHttp shared = http.get();
        BlobServiceClientBuilder builder = new BlobServiceClientBuilder()
                .endpoint(uri.service().toString())
                .httpClient(shared.client())
                .retryOptions(shared.storageRetries());
        return switch (access) {
            case StorageAccess.Sas sas ->
                new AzureBlobContainer(uri, builder.sasToken(sas.token().toQuery()), StorageErrors.Access.SAS);
            case StorageAccess.Identity identity ->
                new AzureBlobContainer(
                        uri,
                        builder.credential(identities.credential(identity.identity()))
                                .audience(BlobAudience.fromString(
                                        identities.cloud().storageAudience())),
                        StorageErrors.Access.IDENTITY);
        };
    }
}

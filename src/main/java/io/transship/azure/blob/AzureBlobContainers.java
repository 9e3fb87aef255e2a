package io.transship.azure.blob;

import com.azure.core.credential.TokenCredential;
import com.azure.storage.blob.BlobServiceClientBuilder;
import com.azure.storage.blob.models.BlobAudience;
import io.transship.azure.AzureHttp;
import io.transship.azure.identity.AzureIdentities;
import io.transship.core.storage.BlobContainer;
import io.transship.core.storage.BlobContainers;
import io.transship.core.storage.ContainerUri;
import io.transship.core.storage.StorageAccess;
import java.util.function.Supplier;

/** Containers of Azure Blob Storage, or of what speaks its protocol. Thread-safe; all share one HTTP client. */
public final class AzureBlobContainers implements BlobContainers {

    private final AzureIdentities identities;
    private final ServerSideCopies copies;
    private final Supplier<AzureHttp> http;

    public AzureBlobContainers(AzureIdentities identities, ServerSideCopies copies) {
        this(identities, copies, AzureHttp::shared);
    }

    public AzureBlobContainers(AzureIdentities identities, Supplier<AzureHttp> http) {
        this(identities, ServerSideCopies.off(), http);
    }

    public AzureBlobContainers(AzureIdentities identities, ServerSideCopies copies, Supplier<AzureHttp> http) {
        this.identities = identities;
        this.copies = copies;
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
                new AzureBlobContainer(
                        uri, builder.sasToken(sas.token().toQuery()), new CopyProof.Sas(sas.token()), copies);
            case StorageAccess.Identity identity -> {
                TokenCredential credential = identities.credential(identity.identity());
                yield new AzureBlobContainer(
                        uri,
                        builder.credential(credential)
                                .audience(BlobAudience.fromString(
                                        identities.cloud().storageAudience())),
                        new CopyProof.Bearer(credential, identities.cloud().storageScope()),
                        copies);
            }
        };
    }
}

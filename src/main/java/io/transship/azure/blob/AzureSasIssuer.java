package io.transship.azure.blob;

import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobServiceClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import com.azure.storage.blob.models.UserDelegationKey;
import com.azure.storage.blob.sas.BlobContainerSasPermission;
import com.azure.storage.blob.sas.BlobServiceSasSignatureValues;
import com.azure.storage.common.StorageSharedKeyCredential;
import com.azure.storage.common.sas.SasProtocol;
import io.transship.azure.AzureHttp;
import io.transship.azure.identity.AzureIdentities;
import io.transship.core.sas.SasGrant;
import io.transship.core.sas.SasPermission;
import io.transship.core.sas.SasToken;
import io.transship.core.storage.ContainerUri;
import io.transship.core.storage.SasIssuer;
import java.io.IOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.function.Supplier;

/** SAS of containers in Azure Blob Storage. Thread-safe. */
public final class AzureSasIssuer implements SasIssuer {

    private final AzureIdentities identities;
    private final Supplier<AzureHttp> http;

    public AzureSasIssuer(AzureIdentities identities) {
        this(identities, AzureHttp::shared);
    }

    public AzureSasIssuer(AzureIdentities identities, Supplier<AzureHttp> http) {
        this.identities = identities;
        this.http = http;
    }

    @Override
    public SasToken issue(ContainerUri container, SasGrant grant, Signer signer) throws IOException {
        String signed = switch (signer) {
            case Signer.Identity identity -> byDelegation(container, grant, identity);
            case Signer.AccountKey key -> byAccountKey(container, grant, key);
        };
        return SasToken.parse(signed);
    }

    private String byDelegation(ContainerUri container, SasGrant grant, Signer.Identity identity) throws IOException {
        BlobServiceClient service = service(container)
                .credential(identities.credential(identity.identity()))
                .buildClient();
        StorageErrors errors = new StorageErrors(container, StorageErrors.Access.DELEGATION);
        UserDelegationKey key = errors.call(
                "get a user delegation key for",
                "container '%s'".formatted(container.container()),
                () -> service.getUserDelegationKey(time(grant.start()), time(grant.end())));
        return container(service, container).generateUserDelegationSas(values(grant), key);
    }

    private String byAccountKey(ContainerUri container, SasGrant grant, Signer.AccountKey key) throws IOException {
        requireKey(container, key.key());
        BlobServiceClient service = service(container)
                .credential(new StorageSharedKeyCredential(container.account(), key.key()))
                .buildClient();
        return container(service, container).generateSas(values(grant));
    }

    private BlobServiceClientBuilder service(ContainerUri container) {
        AzureHttp shared = http.get();
        return new BlobServiceClientBuilder()
                .endpoint(container.service().toString())
                .httpClient(shared.client())
                .retryOptions(shared.storageRetries());
    }

    private static BlobContainerClient container(BlobServiceClient service, ContainerUri container) {
        return service.getBlobContainerClient(container.container());
    }

    private static BlobServiceSasSignatureValues values(SasGrant grant) {
        return new BlobServiceSasSignatureValues(
                        time(grant.end()), BlobContainerSasPermission.parse(SasPermission.letters(grant.permissions())))
                .setStartTime(time(grant.start()))
                .setProtocol(SasProtocol.HTTPS_ONLY);
    }

    private static OffsetDateTime time(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    /** The SDK would quote a text that is no key. */
    private static void requireKey(ContainerUri container, String key) throws IOException {
        try {
            if (Base64.getDecoder().decode(key).length > 0) {
                return;
            }
        } catch (IllegalArgumentException e) {
            // Falls through to the one message, which does not quote it.
        }
        throw new IOException(
                "what should be the key of account '%s' is none: store key1 or key2 alone, as 'az storage account keys list --account-name %s' shows it, in the secret that accountKeyUri names"
                        .formatted(container.account(), container.account()));
    }
}

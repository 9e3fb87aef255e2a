package io.transship.local;

import com.azure.core.http.HttpClient;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import com.azure.storage.blob.sas.BlobContainerSasPermission;
import com.azure.storage.blob.sas.BlobServiceSasSignatureValues;
import com.azure.storage.common.sas.SasProtocol;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** The storage accounts of the local cloud as their owner uses them, with the accounts' keys. Thread-safe. */
public final class CloudStorage {

    private final AzuriteServer azurite;
    private final HttpClient client;

    /** The accounts of this Azurite, which serves with this certificate. */
    public CloudStorage(AzuriteServer azurite, Certificates certificates) {
        this.azurite = azurite;
        this.client = new JdkHttpClientBuilder(
                        java.net.http.HttpClient.newBuilder().sslContext(certificates.sslContext()))
                .build();
    }

    /** A container, whether it exists or not. */
    public BlobContainerClient container(String account, String name) {
        return new BlobServiceClientBuilder()
                .connectionString(azurite.connectionString(account))
                .httpClient(client)
                .buildClient()
                .getBlobContainerClient(name);
    }

    /**
     * A new SAS of a container as the az command line makes it, HTTPS only, with {@code ?} in front.
     *
     * @param permissions letters, such as {@code rl}
     * @param life from now on; negative for one that has ended
     */
    public String sas(String account, String container, String permissions, Duration life) {
        BlobServiceSasSignatureValues values = new BlobServiceSasSignatureValues(
                        OffsetDateTime.now(ZoneOffset.UTC).plus(life), BlobContainerSasPermission.parse(permissions))
                .setProtocol(SasProtocol.HTTPS_ONLY);
        return "?" + container(account, container).generateSas(values);
    }
}

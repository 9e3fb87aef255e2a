package io.transship.local;

import com.azure.core.http.HttpClient;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import com.azure.storage.blob.sas.BlobContainerSasPermission;
import com.azure.storage.blob.sas.BlobServiceSasSignatureValues;
import com.azure.storage.common.sas.AccountSasPermission;
import com.azure.storage.common.sas.AccountSasResourceType;
import com.azure.storage.common.sas.AccountSasService;
import com.azure.storage.common.sas.AccountSasSignatureValues;
import com.azure.storage.common.sas.SasProtocol;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Base64;

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
        return connected(azurite.connectionString(account), name);
    }

    private BlobContainerClient connected(String connection, String name) {
        return new BlobServiceClientBuilder()
                .connectionString(connection)
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
        return "?" + container(account, container).generateSas(values(permissions, life, SasProtocol.HTTPS_ONLY));
    }

    /** The same for HTTP too. */
    public String sasForHttpToo(String account, String container, String permissions, Duration life) {
        return "?" + container(account, container).generateSas(values(permissions, life, SasProtocol.HTTPS_HTTP));
    }

    /** A SAS that was signed with a key which the account has no more. */
    public String sasOfARotatedKey(String account, String container, String permissions, Duration life) {
        byte[] key = new byte[64];
        new SecureRandom().nextBytes(key);
        String connection = azurite.connectionString(account)
                .replace(azurite.accountKey(account), Base64.getEncoder().encodeToString(key));
        return "?" + connected(connection, container).generateSas(values(permissions, life, SasProtocol.HTTPS_ONLY));
    }

    /**
     * An account SAS for Blob Storage, as Key Vault issued them for storage accounts that it managed.
     *
     * @param resourceTypes letters of {@code srt}, such as {@code sco}
     */
    public String accountSas(String account, String permissions, String resourceTypes, Duration life) {
        AccountSasSignatureValues values = new AccountSasSignatureValues(
                        OffsetDateTime.now(ZoneOffset.UTC).plus(life),
                        AccountSasPermission.parse(permissions),
                        new AccountSasService().setBlobAccess(true),
                        AccountSasResourceType.parse(resourceTypes))
                .setProtocol(SasProtocol.HTTPS_ONLY);
        return "?" + container(account, "any").getServiceClient().generateAccountSas(values);
    }

    private static BlobServiceSasSignatureValues values(String permissions, Duration life, SasProtocol protocol) {
        return new BlobServiceSasSignatureValues(
                        OffsetDateTime.now(ZoneOffset.UTC).plus(life), BlobContainerSasPermission.parse(permissions))
                .setProtocol(protocol);
    }
}

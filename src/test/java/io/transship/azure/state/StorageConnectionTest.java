package io.transship.azure.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.credential.AccessToken;
import com.azure.core.util.BinaryData;
import com.azure.storage.blob.BlobClient;
import io.transship.azure.AzureHttp;
import io.transship.azure.QuickRetries;
import io.transship.azure.identity.AzureIdentities;
import io.transship.local.AzuriteServer;
import io.transship.local.Certificates;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

class StorageConnectionTest {

    private final AzureIdentities nobody = new AzureIdentities(Map.of());

    @Test
    void reachesBlobsQueuesAndTablesByConnectionStringAndByIdentity(@TempDir Path directory) throws IOException {
        Certificates certificates = Certificates.create(directory);
        AzureHttp http = QuickRetries.http(certificates, 5);
        try (AzuriteServer azurite =
                AzuriteServer.start(AzuriteServer.Options.of("host").withHttps(certificates))) {
            use(StorageConnection.of(
                    Map.of("AzureWebJobsStorage", azurite.connectionString("host")),
                    StorageConnection.HOST_STORAGE,
                    nobody,
                    () -> http));
            use(StorageConnection.of(
                    Map.of(
                            "AzureWebJobsStorage__blobServiceUri",
                            azurite.blobEndpoint("host").toString(),
                            "AzureWebJobsStorage__queueServiceUri",
                            azurite.queueEndpoint("host") + "/",
                            "AzureWebJobsStorage__tableServiceUri",
                            azurite.tableEndpoint("host").toString(),
                            "AzureWebJobsStorage__clientId",
                            "client"),
                    StorageConnection.HOST_STORAGE,
                    new AzureIdentities(clientId -> request -> Mono.just(unsignedToken(clientId.orElseThrow()))),
                    () -> http));
        }
    }

    @Test
    void buildsAddressesFromAccountName() {
        StorageConnection connection = StorageConnection.of(Map.of("Plans__accountName", "contoso"), "Plans", nobody);

        assertThat(connection.blobService().getAccountUrl()).isEqualTo("https://contoso.blob.core.windows.net");
        assertThat(connection.queueService().getQueueServiceUrl()).startsWith("https://contoso.queue.core.windows.net");
        assertThat(connection.tableService().getServiceEndpoint()).startsWith("https://contoso.table.core.windows.net");
    }

    @Test
    void namesSettingsThatAreMissingOrWrong() {
        assertThatThrownBy(() -> StorageConnection.of(Map.of(), StorageConnection.HOST_STORAGE, nobody))
                .hasMessageContaining("set 'AzureWebJobsStorage' to a connection string")
                .hasMessageContaining("'AzureWebJobsStorage__accountName'");
        assertThatThrownBy(() -> StorageConnection.of(
                        Map.of("AzureWebJobsStorage__blobServiceUri", "https://host/?sig=hush"),
                        StorageConnection.HOST_STORAGE,
                        nobody))
                .hasMessageContaining("'AzureWebJobsStorage__blobServiceUri' is not the address")
                .hasMessageNotContaining("hush");
    }

    @Test
    void textHoldsNoKey() {
        StorageConnection connection = StorageConnection.of(
                Map.of("AzureWebJobsStorage", "AccountName=a;AccountKey=hush"), StorageConnection.HOST_STORAGE, nobody);

        assertThat(connection.toString()).contains("connection string").doesNotContain("hush");
    }

    private static void use(StorageConnection connection) throws IOException {
        BlobClient plan =
                connection.blobService().createBlobContainerIfNotExists("plans").getBlobClient("plan.json");
        plan.upload(BinaryData.fromString("{}"), true);
        assertThat(plan.exists()).isTrue();

        connection.queueService().createQueue("steps").deleteIfExists();
        connection.tableService().createTable("Runs").deleteTable();
    }

    /** Azurite reads audience, issuer and times of a token and leaves its signature alone. */
    private static AccessToken unsignedToken(String clientId) {
        long now = Instant.now().getEpochSecond();
        String claims = ("{\"aud\":\"https://storage.azure.com\",\"iss\":\"https://sts.windows-ppe.net/tenant/\","
                        + "\"appid\":\"%s\",\"iat\":%d,\"nbf\":%d,\"exp\":%d}")
                .formatted(clientId, now - 60, now - 60, now + 3600);
        Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
        return new AccessToken(
                encoder.encodeToString("{\"alg\":\"RS256\",\"typ\":\"JWT\"}".getBytes(UTF_8))
                        + "."
                        + encoder.encodeToString(claims.getBytes(UTF_8))
                        + "."
                        + encoder.encodeToString(new byte[] {1}),
                OffsetDateTime.now(ZoneOffset.UTC).plusHours(1));
    }
}

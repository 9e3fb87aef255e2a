package io.transship.local;

import com.azure.core.http.HttpClient;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.data.tables.TableServiceClient;
import com.azure.data.tables.TableServiceClientBuilder;
import com.azure.data.tables.models.TableEntity;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobServiceClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import com.azure.storage.blob.models.BlobItem;
import com.azure.storage.blob.models.BlobListDetails;
import com.azure.storage.blob.models.ListBlobsOptions;
import com.azure.storage.queue.QueueServiceClient;
import com.azure.storage.queue.QueueServiceClientBuilder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/**
 * All that is stored in an account, as text: rows of tables, blobs with their metadata, and messages that wait in queues;
 * what is packed is unpacked. For tests that look for something that must not be there.
 */
public final class StoredTexts {

    private static final int MOST_PEEKED = 32;

    private StoredTexts() {}

    /**
     * Everything in an account of this Azurite, which serves with this certificate.
     *
     * @param queues by name, because Azurite cannot list them to this SDK
     */
    public static List<String> of(AzuriteServer azurite, Certificates certificates, String account, List<String> queues)
            throws IOException {
        HttpClient client = new JdkHttpClientBuilder(
                        java.net.http.HttpClient.newBuilder().sslContext(certificates.sslContext()))
                .build();
        String connection = azurite.connectionString(account);
        List<String> texts = new ArrayList<>();
        addRows(
                new TableServiceClientBuilder()
                        .connectionString(connection)
                        .httpClient(client)
                        .buildClient(),
                texts);
        addBlobs(
                new BlobServiceClientBuilder()
                        .connectionString(connection)
                        .httpClient(client)
                        .buildClient(),
                texts);
        addMessages(
                new QueueServiceClientBuilder()
                        .connectionString(connection)
                        .httpClient(client)
                        .buildClient(),
                queues,
                texts);
        return texts;
    }

    private static void addRows(TableServiceClient tables, List<String> texts) throws IOException {
        for (var table : tables.listTables()) {
            for (TableEntity row : tables.getTableClient(table.getName()).listEntities()) {
                StringBuilder text = new StringBuilder();
                ByteArrayOutputStream packed = new ByteArrayOutputStream();
                new TreeMap<>(row.getProperties()).forEach((name, value) -> {
                    if (value instanceof byte[] piece) {
                        packed.writeBytes(piece);
                    } else {
                        text.append(name).append('=').append(value).append('\n');
                    }
                });
                texts.add(text + unpacked(packed.toByteArray()));
            }
        }
    }

    private static void addBlobs(BlobServiceClient blobs, List<String> texts) throws IOException {
        ListBlobsOptions options = new ListBlobsOptions().setDetails(new BlobListDetails().setRetrieveMetadata(true));
        for (var container : blobs.listBlobContainers()) {
            BlobContainerClient client = blobs.getBlobContainerClient(container.getName());
            for (BlobItem blob : client.listBlobs(options, null)) {
                byte[] content =
                        client.getBlobClient(blob.getName()).downloadContent().toBytes();
                texts.add("%s/%s %s\n%s"
                        .formatted(container.getName(), blob.getName(), blob.getMetadata(), unpacked(content)));
            }
        }
    }

    private static void addMessages(QueueServiceClient service, List<String> queues, List<String> texts) {
        for (String queue : queues) {
            service.getQueueClient(queue)
                    .peekMessages(MOST_PEEKED, null, null)
                    .forEach(message -> texts.add(new String(
                            Base64.getDecoder().decode(message.getBody().toString()), StandardCharsets.UTF_8)));
        }
    }

    private static String unpacked(byte[] content) throws IOException {
        boolean packed = content.length > 2 && (content[0] & 0xff) == 0x1f && (content[1] & 0xff) == 0x8b;
        if (!packed) {
            return new String(content, StandardCharsets.UTF_8);
        }
        try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(content))) {
            return new String(gzip.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

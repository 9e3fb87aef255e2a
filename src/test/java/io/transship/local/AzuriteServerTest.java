package io.transship.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AzuriteServerTest {

    @Test
    void servesThreeServicesOverHttpsAndIsGoneAfterClose(@TempDir Path directory) throws Exception {
        Certificates certificates = Certificates.create(directory);
        URI blobs;
        try (HttpClient client = HttpClient.newBuilder()
                        .sslContext(certificates.sslContext())
                        .build();
                AzuriteServer azurite = AzuriteServer.start(AzuriteServer.Options.of("first", "second")
                        .withHttps(certificates)
                        .withLocation(directory))) {
            blobs = azurite.blobEndpoint("second");
            for (URI endpoint : new URI[] {blobs, azurite.queueEndpoint("first"), azurite.tableEndpoint("first")}) {
                HttpResponse<Void> answer =
                        client.send(HttpRequest.newBuilder(endpoint).build(), HttpResponse.BodyHandlers.discarding());
                assertThat(answer.statusCode()).isGreaterThanOrEqualTo(400);
                assertThat(answer.headers().firstValue("Server").orElse("")).contains("Azurite");
            }
            assertThat(azurite.connectionString("second")).contains("AccountName=second;", "BlobEndpoint=" + blobs);
        }

        assertThatThrownBy(() -> connect(blobs)).isInstanceOf(ConnectException.class);
    }

    private static void connect(URI uri) throws IOException {
        new Socket(uri.getHost(), uri.getPort()).close();
    }
}

package io.transship.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.core.util.BinaryData;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobContainerClientBuilder;
import com.azure.storage.blob.models.BlobStorageException;
import io.transship.local.artifacts.DistributionClient;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalCloudIT {

    private static final Path STAGING =
            Path.of(System.getProperty("transship.staging", "target/azure-functions/transship"));

    @Test
    void startsEverythingAndLeavesNothingRunning(@TempDir Path directory) throws Exception {
        List<URI> addresses;
        try (LocalCloud cloud = LocalCloud.start(LocalCloud.Options.of(directory, STAGING))) {
            addresses = List.of(
                    cloud.registry("source").uri(),
                    cloud.registry("target").uri(),
                    cloud.azurite().blobEndpoint("srcstore"),
                    cloud.vault().uri(),
                    cloud.identity().endpoint(),
                    cloud.host().uri());
            try (DistributionClient registry = cloud.registryClient("source")) {
                assertThat(registry.tags("nothing/yet")).isEmpty();
            }
            BlobContainerClient importer = withSas(cloud, "dststore", "import-sas");
            withSas(cloud, "dststore", "relay-sas").getBlobClient("a.tar").upload(BinaryData.fromString("archive"));
            assertThat(importer.getBlobClient("a.tar").exists()).isTrue();
            assertThatThrownBy(() -> importer.getBlobClient("b.tar").upload(BinaryData.fromString("archive")))
                    .isInstanceOf(BlobStorageException.class);
        }

        assertThat(addresses)
                .allSatisfy(
                        address -> assertThatThrownBy(() -> connect(address)).isInstanceOf(IOException.class));
    }

    private static BlobContainerClient withSas(LocalCloud cloud, String account, String secret) {
        return new BlobContainerClientBuilder()
                .endpoint(cloud.container(account).getBlobContainerUrl())
                .sasToken(cloud.vault().value(secret).orElseThrow())
                .httpClient(new JdkHttpClientBuilder(HttpClient.newBuilder()
                                .sslContext(cloud.certificates().sslContext()))
                        .build())
                .buildClient();
    }

    private static void connect(URI address) throws IOException {
        new Socket(address.getHost(), address.getPort()).close();
    }
}

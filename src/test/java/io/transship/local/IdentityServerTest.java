package io.transship.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.http.jdk.httpclient.JdkHttpClientProvider;
import com.azure.identity.ManagedIdentityCredential;
import com.azure.identity.ManagedIdentityCredentialBuilder;
import com.azure.security.keyvault.secrets.SecretClientBuilder;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobContainerClientBuilder;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdentityServerTest {

    private static final String ANSWER = "/msi/token?resource=https://vault.azure.net&api-version=2019-08-01";

    @Test
    void givesTokensToTheRealClientsInAnotherProcess(@TempDir Path directory) throws Exception {
        Certificates certificates = Certificates.create(directory);
        try (IdentityServer identity = IdentityServer.start(Clock.systemUTC());
                KeyVaultServer vault = KeyVaultServer.start(certificates, Clock.systemUTC());
                AzuriteServer azurite =
                        AzuriteServer.start(AzuriteServer.Options.of("account").withHttps(certificates))) {
            vault.set("name", "value of the secret");

            String printed = JavaProbe.run(
                    Probe.class,
                    identity.settings(),
                    certificates,
                    directory.resolve("probe.log"),
                    vault.uri().toString(),
                    azurite.blobEndpoint("account") + "/transfer");

            assertThat(printed).contains("secret: value of the secret", "container exists: true");
            assertThat(identity.requests())
                    .extracting(IdentityServer.Request::resource)
                    .contains("https://vault.azure.net", "https://storage.azure.com");
        }
    }

    @Test
    void refusesCallersWithoutTheHeader() throws Exception {
        try (IdentityServer identity = IdentityServer.start(Clock.systemUTC());
                HttpClient client = HttpClient.newHttpClient()) {
            URI address = identity.endpoint().resolve(ANSWER);

            HttpResponse<String> answer =
                    client.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.body()).doesNotContain("access_token");
        }
    }

    /** What the app does with its identity, in a JVM of its own. */
    static final class Probe {

        private Probe() {}

        /** Takes the address of a vault and of a container. */
        public static void main(String[] args) {
            ManagedIdentityCredential credential = new ManagedIdentityCredentialBuilder().build();
            String secret = new SecretClientBuilder()
                    .vaultUrl(args[0])
                    .credential(credential)
                    .httpClient(new JdkHttpClientProvider().createInstance())
                    .disableChallengeResourceVerification()
                    .buildClient()
                    .getSecret("name")
                    .getValue();
            System.out.println("secret: " + secret);
            BlobContainerClient container = new BlobContainerClientBuilder()
                    .endpoint(args[1])
                    .credential(credential)
                    .buildClient();
            container.create();
            System.out.println("container exists: " + container.exists());
        }
    }
}

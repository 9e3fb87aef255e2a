package io.transship.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.credential.AccessToken;
import com.azure.core.exception.HttpResponseException;
import com.azure.core.exception.ResourceNotFoundException;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.core.http.policy.FixedDelayOptions;
import com.azure.core.http.policy.RetryOptions;
import com.azure.security.keyvault.secrets.SecretClient;
import com.azure.security.keyvault.secrets.SecretClientBuilder;
import com.azure.security.keyvault.secrets.models.KeyVaultSecret;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

class KeyVaultServerTest {

    @TempDir
    private Path directory;

    private Certificates certificates;
    private IdentityServer identity;
    private KeyVaultServer vault;
    private SecretClient client;

    @BeforeEach
    void startVault() throws Exception {
        certificates = Certificates.create(directory);
        identity = IdentityServer.start(Clock.systemUTC());
        vault = KeyVaultServer.start(certificates, Clock.systemUTC());
        client = client("https://vault.azure.net");
    }

    @AfterEach
    void stopVault() {
        vault.close();
        identity.close();
    }

    @Test
    void givesTheCurrentVersionAndOlderOnesByTheirId() {
        vault.set("sas", "?first");
        String older = client.getSecret("sas").getProperties().getVersion();

        client.setSecret(new KeyVaultSecret("sas", "?second"));

        assertThat(client.getSecret("sas").getValue()).isEqualTo("?second");
        assertThat(client.getSecret("sas", older).getValue()).isEqualTo("?first");
        assertThat(client.getSecret("sas").getProperties().isEnabled()).isTrue();
        assertThat(vault.value("sas")).contains("?second");
    }

    @Test
    void keepsWhatWasSetBesideTheValue() {
        KeyVaultSecret secret = new KeyVaultSecret("sas", "?value");
        secret.getProperties()
                .setContentType("text/plain")
                .setTags(Map.of("owner", "transship"))
                .setExpiresOn(OffsetDateTime.parse("2031-01-01T00:00:00Z"));

        client.setSecret(secret);

        assertThat(client.getSecret("sas").getProperties()).satisfies(properties -> {
            assertThat(properties.getContentType()).isEqualTo("text/plain");
            assertThat(properties.getTags()).containsEntry("owner", "transship");
            assertThat(properties.getExpiresOn()).isEqualTo("2031-01-01T00:00:00Z");
        });
    }

    @Test
    void failsInTheWaysOfARealVault() {
        vault.set("sas", "?value");

        assertThatThrownBy(() -> client.getSecret("missing"))
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessageContaining("SecretNotFound");
        vault.forbid("sas");
        assertThatThrownBy(() -> client.getSecret("sas"))
                .isInstanceOf(HttpResponseException.class)
                .hasMessageContaining("Forbidden");
        vault.permit("sas");
        vault.disable("sas");
        assertThatThrownBy(() -> client.getSecret("sas")).hasMessageContaining("SecretDisabled");
        assertThat(vault.reads()).isEmpty();
    }

    @Test
    void refusesToWriteInTheWaysOfARealVault() {
        vault.set("sas", "?value");
        vault.forbidWriting("sas");
        assertThatThrownBy(() -> client.setSecret("sas", "?new")).hasMessageContaining("ForbiddenByRbac");
        assertThat(client.getSecret("sas").getValue()).isEqualTo("?value");
        vault.permit("sas");

        KeyVaultSecret crowded = new KeyVaultSecret("sas", "?new");
        crowded.getProperties().setTags(Map.of("long", "x".repeat(257)));
        assertThatThrownBy(() -> client.setSecret(crowded)).hasMessageContaining("BadParameter");
        assertThat(vault.versions("sas")).isEqualTo(1);

        vault.deleteRecoverably("sas");
        assertThatThrownBy(() -> client.getSecret("sas")).hasMessageContaining("SecretNotFound");
        assertThatThrownBy(() -> client.setSecret("sas", "?new")).hasMessageContaining("ObjectIsDeletedButRecoverable");
    }

    @Test
    void refusesATokenForSomethingElse() throws Exception {
        vault.set("sas", "?value");

        SecretClient wrong = client("https://storage.azure.com");

        assertThatThrownBy(() -> wrong.getSecret("sas")).hasMessageContaining("AKV10000");
    }

    private SecretClient client(String audience) throws IOException {
        AccessToken token = new AccessToken(
                identity.token(audience), OffsetDateTime.now(ZoneOffset.UTC).plusHours(1));
        return new SecretClientBuilder()
                .vaultUrl(vault.uri().toString())
                .credential(request -> Mono.just(token))
                .disableChallengeResourceVerification()
                .retryOptions(new RetryOptions(new FixedDelayOptions(0, Duration.ofMillis(1))))
                .httpClient(
                        new JdkHttpClientBuilder(HttpClient.newBuilder().sslContext(certificates.sslContext())).build())
                .buildClient();
    }
}

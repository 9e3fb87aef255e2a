package io.transship.azure.vault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.azure.core.credential.AccessToken;
import com.azure.identity.CredentialUnavailableException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.transship.azure.AzureHttp;
import io.transship.azure.QuickRetries;
import io.transship.azure.identity.AzureIdentities;
import io.transship.core.storage.SecretException;
import io.transship.core.storage.SecretUri;
import io.transship.core.transfer.SetClock;
import io.transship.local.Certificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;

/** The real client against a vault of a few lines, over HTTPS with the bearer challenge. */
class KeyVaultSecretsTest {

    private static final String SECRET = "{\"value\":\"sv=1&sig=hush\",\"id\":\"https://127.0.0.1/secrets/sas/1\",%s}";

    private static Certificates certificates;

    private HttpsServer vault;
    private AzureHttp http;
    private int status = 200;
    private String body = SECRET.formatted("\"attributes\":{\"enabled\":true}");
    private int reads;
    private final SetClock clock = new SetClock(Instant.parse("2026-03-10T12:00:00Z"));

    @BeforeAll
    static void createCertificates(@TempDir Path directory) throws IOException {
        certificates = Certificates.create(directory);
    }

    @BeforeEach
    void startVault() throws IOException {
        vault = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        vault.setHttpsConfigurator(new HttpsConfigurator(certificates.sslContext()));
        vault.createContext("/secrets/", this::answer);
        vault.start();
        http = QuickRetries.http(certificates, 2);
    }

    @AfterEach
    void stopVault() {
        vault.stop(0);
    }

    @Test
    void readsOnceAndKeepsTheValueForSomeMinutes() throws IOException {
        KeyVaultSecrets secrets = secrets();

        assertThat(secrets.read(sas(), Optional.empty())).isEqualTo("sv=1&sig=hush");
        clock.advance(Duration.ofSeconds(299));
        assertThat(secrets.read(sas(), Optional.empty())).isEqualTo("sv=1&sig=hush");
        assertThat(reads).isEqualTo(1);

        clock.advance(Duration.ofSeconds(1));
        assertThat(secrets.read(sas(), Optional.empty())).isEqualTo("sv=1&sig=hush");
        assertThat(reads).isEqualTo(2);
    }

    @Test
    void readsAgainAfterForgettingAndForEachIdentity() throws IOException {
        KeyVaultSecrets secrets = secrets();
        secrets.read(sas(), Optional.empty());
        secrets.read(sas(), Optional.of("client"));
        assertThat(reads).isEqualTo(2);

        secrets.forget(sas());
        secrets.read(sas(), Optional.empty());
        assertThat(reads).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({
        "404, SecretNotFound, create it, NOT_FOUND",
        "403, ForbiddenByRbac, role 'Key Vault Secrets User', FORBIDDEN",
        "403, ForbiddenByFirewall, network rules, SHUT_OUT",
        "403, SecretDisabled, enable it, DISABLED",
        "503, ServiceUnavailable, try again later, UNAVAILABLE",
    })
    void saysWhyTheVaultRefusesAndWhatToDo(int code, String innerCode, String nextStep, SecretException.Kind kind) {
        status = code;
        body = "{\"error\":{\"code\":\"%s\",\"message\":\"no\",\"innererror\":{\"code\":\"%s\"}}}"
                .formatted(code == 404 ? innerCode : "Forbidden", innerCode);

        assertThatExceptionOfType(SecretException.class)
                .isThrownBy(() -> secrets().read(sas(), Optional.empty()))
                .withMessageContaining("read secret '%s' failed", sas())
                .withMessageContaining(nextStep)
                .satisfies(e -> assertThat(e.kind()).isEqualTo(kind));
    }

    @Test
    void refusesExpiredSecretWithoutShowingIt() {
        body = SECRET.formatted("\"attributes\":{\"enabled\":true,\"exp\":1773000000}");

        assertThatExceptionOfType(SecretException.class)
                .isThrownBy(() -> secrets().read(sas(), Optional.empty()))
                .withMessageContaining("expired on 2026-03-08")
                .withMessageNotContaining("hush");
    }

    @Test
    void saysThatTheIdentityHasNoToken() {
        KeyVaultSecrets secrets = new KeyVaultSecrets(
                new AzureIdentities(clientId ->
                        request -> Mono.error(new CredentialUnavailableException("no identity is assigned"))),
                Duration.ofMinutes(5),
                clock,
                () -> http);

        assertThatExceptionOfType(SecretException.class)
                .isThrownBy(() -> secrets.read(sas(), Optional.of("1234")))
                .withMessageContaining("user-assigned identity '1234' got no token (no identity is assigned)");
    }

    @Test
    void saysThatNothingListens() {
        int port = vault.getAddress().getPort();
        vault.stop(0);

        assertThatExceptionOfType(SecretException.class)
                .isThrownBy(() -> secrets()
                        .read(SecretUri.parse("https://127.0.0.1:%d/secrets/sas".formatted(port)), Optional.empty()))
                .withMessageContaining("no connection to '127.0.0.1'")
                .satisfies(e -> assertThat(e.isTransient()).isTrue());
    }

    private KeyVaultSecrets secrets() {
        AzureIdentities identities = new AzureIdentities(clientId -> request -> Mono.just(
                new AccessToken("token", OffsetDateTime.now(ZoneOffset.UTC).plusHours(1))));
        return new KeyVaultSecrets(identities, Duration.ofMinutes(5), clock, () -> http);
    }

    private SecretUri sas() {
        return SecretUri.parse(
                "https://127.0.0.1:%d/secrets/sas".formatted(vault.getAddress().getPort()));
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!"Bearer token".equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                exchange.getResponseHeaders()
                        .set(
                                "WWW-Authenticate",
                                "Bearer authorization=\"https://login.microsoftonline.com/tenant\", resource=\"https://vault.azure.net\"");
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            reads++;
            byte[] bytes = body.getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }
}

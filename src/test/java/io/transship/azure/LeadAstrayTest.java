package io.transship.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.azure.core.credential.AccessToken;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.transship.azure.blob.AzureBlobContainers;
import io.transship.azure.identity.AzureIdentities;
import io.transship.azure.vault.KeyVaultSecrets;
import io.transship.core.sas.SasToken;
import io.transship.core.storage.BlobContainer;
import io.transship.core.storage.BlobName;
import io.transship.core.storage.BlobProperties;
import io.transship.core.storage.ContainerUri;
import io.transship.core.storage.SecretUri;
import io.transship.core.storage.StorageAccess;
import io.transship.core.storage.WriteMode;
import io.transship.local.Certificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/** Whatever a hostile storage account or vault says, the real clients send no SAS and no token to anybody else. */
class LeadAstrayTest {

    private static final BlobName NAME = new BlobName("archive.tar");
    private static final String SAS = "sv=2024-11-04&sr=c&sp=rwdl&se=2036-01-01&spr=https&sig=AAAA";

    private static Certificates certificates;

    private final List<String> reachedStranger = new CopyOnWriteArrayList<>();
    private final List<String> reachedHostile = new CopyOnWriteArrayList<>();
    private final Map<String, String> headers = new LinkedHashMap<>();
    private int status = 307;
    private HttpsServer hostile;
    private HttpsServer stranger;
    private AzureHttp http;
    private final AzureIdentities identities = new AzureIdentities(identity -> request -> Mono.just(
            new AccessToken("entra-token", OffsetDateTime.now(ZoneOffset.UTC).plusHours(1))));

    @BeforeAll
    static void createCertificates(@TempDir Path directory) throws IOException {
        certificates = Certificates.create(directory);
    }

    @BeforeEach
    void startServers() throws IOException {
        hostile = start();
        stranger = start();
        hostile.createContext("/", exchange -> {
            reachedHostile.add(exchange.getRequestMethod());
            headers.forEach(exchange.getResponseHeaders()::set);
            answer(exchange, status);
        });
        stranger.createContext("/", exchange -> {
            reachedStranger.add(exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().get("Authorization"));
            answer(exchange, 200);
        });
        http = QuickRetries.http(certificates, 2);
    }

    @AfterEach
    void stopServers() {
        hostile.stop(0);
        stranger.stop(0);
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void aRedirectOfAStorageAccountIsNotFollowed(int redirect) {
        status = redirect;
        headers.put("Location", strangersAddress());

        for (StorageAccess access : accesses()) {
            for (ThrowingCallable operation : operations(access)) {
                assertThatExceptionOfType(IOException.class)
                        .isThrownBy(operation)
                        .withMessageNotContaining("AAAA")
                        .withMessageNotContaining("entra-token");
            }
        }

        assertThat(reachedHostile).hasSizeGreaterThanOrEqualTo(16);
        assertThat(reachedStranger).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 202, 401, 403, 503})
    void addressesThatAStorageAccountNamesAreNotAsked(int answered) {
        status = answered;
        for (String header : List.of(
                "Location",
                "Azure-AsyncOperation",
                "Operation-Location",
                "Content-Location",
                "Link",
                "x-ms-copy-source")) {
            headers.put(header, strangersAddress());
        }
        headers.put(
                "WWW-Authenticate",
                "Bearer authorization_uri=\"%s\", resource_id=\"%s\""
                        .formatted(strangersAddress(), strangersAddress()));

        for (StorageAccess access : accesses()) {
            for (ThrowingCallable operation : operations(access)) {
                try {
                    operation.call();
                } catch (Throwable e) {
                    assertThat(e).hasMessageNotContaining("AAAA").hasMessageNotContaining("entra-token");
                }
            }
        }

        assertThat(reachedHostile).isNotEmpty();
        assertThat(reachedStranger).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 307})
    void aRedirectOfAVaultIsNotFollowed(int redirect) {
        status = redirect;
        headers.put("Location", strangersAddress());

        assertVaultIsRefused();
    }

    @Test
    void aVaultsChallengeLeadsNoTokenElsewhere() {
        status = 401;
        headers.put(
                "WWW-Authenticate",
                "Bearer authorization=\"%s\", resource=\"%s\"".formatted(strangersAddress(), strangersAddress()));

        assertVaultIsRefused();
    }

    private void assertVaultIsRefused() {
        KeyVaultSecrets secrets = new KeyVaultSecrets(identities, Duration.ZERO, Clock.systemUTC(), () -> http);
        SecretUri secret = SecretUri.parse("https://127.0.0.1:%d/secrets/sas"
                .formatted(hostile.getAddress().getPort()));

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> secrets.read(secret, Optional.empty()))
                .withMessageNotContaining("entra-token");

        assertThat(reachedHostile).isNotEmpty();
        assertThat(reachedStranger).isEmpty();
    }

    private static List<StorageAccess> accesses() {
        return List.of(new StorageAccess.Sas(SasToken.parse(SAS)), new StorageAccess.Identity(Optional.empty()));
    }

    private List<ThrowingCallable> operations(StorageAccess access) {
        BlobContainer container = new AzureBlobContainers(identities, () -> http)
                .open(
                        ContainerUri.parse("https://127.0.0.1:%d/account/container"
                                .formatted(hostile.getAddress().getPort())),
                        access);
        BlobProperties blob = new BlobProperties(NAME, 10, "\"0x1\"", Instant.EPOCH, Map.of());
        return List.of(
                () -> container.find(NAME),
                () -> container.list(""),
                () -> container.open(blob).open(0, 10).close(),
                () -> container.stageBlock(NAME, "id-1", new byte[10], 0, 10),
                () -> container.stagedBlocks(NAME),
                () -> container.commit(NAME, List.of("id-1"), WriteMode.CREATE_NEW, Map.of()),
                () -> container.write(NAME, new byte[10], WriteMode.CREATE_NEW, Map.of()),
                () -> container.delete(NAME, "\"0x1\""));
    }

    private String strangersAddress() {
        return "https://localhost:%d/stolen".formatted(stranger.getAddress().getPort());
    }

    private static HttpsServer start() throws IOException {
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(certificates.sslContext()));
        server.start();
        return server;
    }

    private static void answer(HttpExchange exchange, int status) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            byte[] body = "{}".getBytes(StandardCharsets.US_ASCII);
            boolean hasBody = !exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(status, hasBody ? body.length : -1);
            if (hasBody) {
                exchange.getResponseBody().write(body);
            }
        }
    }
}

package io.transship.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.credential.AccessToken;
import com.azure.core.credential.TokenCredential;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpRequest;
import io.transship.azure.RecordingClient.Answer;
import io.transship.azure.blob.AzureBlobContainers;
import io.transship.azure.identity.AzureIdentities;
import io.transship.azure.state.StorageConnection;
import io.transship.azure.vault.KeyVaultSecrets;
import io.transship.core.cloud.SampleCloud;
import io.transship.core.storage.BlobName;
import io.transship.core.storage.ContainerUri;
import io.transship.core.storage.SecretUri;
import io.transship.core.storage.StorageAccess;
import io.transship.functions.settings.AppSettings;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

/** Every address and audience of each cloud that the real clients of Azure call and ask for; nothing is sent. */
class CloudRequestsTest {

    private static final String TENANT = "11111111-1111-1111-1111-111111111111";
    private static final String PARTNER = "22222222-2222-2222-2222-222222222222";
    private static final String MANAGED = "33333333-3333-3333-3333-333333333333";

    /** What tokens were asked for, by whom and of which tenant. */
    private final List<String> scopes = new CopyOnWriteArrayList<>();

    private final RecordingClient client = new RecordingClient(this::answer);
    private final AzureHttp http = new AzureHttp(client, 1, Duration.ofMillis(1), Duration.ofMillis(5));
    private String challenge = "";

    @ParameterizedTest
    @EnumSource(SampleCloud.class)
    void theAccountOfAPipeline(SampleCloud cloud) throws IOException {
        AppSettings settings = settings(cloud);
        ContainerUri uri = ContainerUri.parse("https://" + cloud.storage("contoso", "blob") + "/transfer");
        settings.allowedHosts().require(uri.host(), "container");

        assertThat(new AzureBlobContainers(identities(settings), () -> http)
                        .open(uri, new StorageAccess.Identity(Optional.of(MANAGED)))
                        .find(new BlobName("a.tar")))
                .isEmpty();

        assertThat(client.urls()).containsExactly(uri + "/a.tar");
        assertThat(scopes).containsExactly(MANAGED + " " + cloud.storageScope());
    }

    @ParameterizedTest
    @EnumSource(SampleCloud.class)
    void theAppsOwnAccount(SampleCloud cloud) {
        AppSettings settings = settings(cloud);
        StorageConnection storage = StorageConnection.of(
                Map.of("AzureWebJobsStorage__accountName", "contoso"),
                StorageConnection.HOST_STORAGE,
                identities(settings),
                () -> http);

        storage.blobService().createBlobContainerIfNotExists("runs");
        storage.queueService().getQueueClient("steps").create();
        storage.tableService().createTable("Runs");

        assertThat(client.urls())
                .containsExactly(
                        "https://" + cloud.storage("contoso", "blob") + "/runs",
                        "https://" + cloud.storage("contoso", "queue") + "/steps",
                        "https://" + cloud.storage("contoso", "table") + "/Tables");
        assertThat(scopes).hasSize(3).containsOnly("system " + cloud.storageScope());
    }

    @ParameterizedTest
    @EnumSource(SampleCloud.class)
    void aVault(SampleCloud cloud) throws IOException {
        AppSettings settings = settings(cloud);
        challenge = cloud.vaultScope().replace("/.default", "");
        String vault = "https://" + cloud.vault("contoso");
        settings.allowedHosts().require(cloud.vault("contoso"), "vault");

        KeyVaultSecrets secrets = secrets(settings);
        assertThat(secrets.read(SecretUri.parse(vault + "/secrets/sas"), Optional.empty()))
                .isEqualTo("value");
        assertThat(secrets.read(SecretUri.parse(vault + "/secrets/sas/0123456789abcdef"), Optional.empty()))
                .isEqualTo("value");

        // First without a token, to learn which one is wanted.
        assertThat(client.urls())
                .containsExactly(
                        vault + "/secrets/sas/", vault + "/secrets/sas/", vault + "/secrets/sas/0123456789abcdef");
        assertThat(scopes).isNotEmpty().containsOnly("system " + cloud.vaultScope());
    }

    @ParameterizedTest
    @EnumSource(SampleCloud.class)
    void aVaultThatAsksForATokenOfAnotherAudienceGetsNone(SampleCloud cloud) {
        challenge = "https://management.azure.com";
        // The library remembers what a vault asked for, for as long as the process lives.
        SecretUri secret = SecretUri.parse("https://" + cloud.vault("hostile") + "/secrets/sas");

        try {
            secrets(settings(cloud)).read(secret, Optional.empty());
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("read secret");
        }

        assertThat(client.urls()).isNotEmpty();
        assertThat(scopes).allMatch(scope -> scope.equals("system " + cloud.vaultScope()));
    }

    @ParameterizedTest
    @EnumSource(SampleCloud.class)
    void theAuthorityOfAnIdentityOfAnotherTenant(SampleCloud cloud) throws IOException {
        AppSettings settings = settings(cloud);
        AzureIdentities identities = identities(settings);

        assertThat(identities.tokens(Optional.of(PARTNER)).accessToken(cloud.registryScope()))
                .isEqualTo("token of the partner");

        // The library asks twice; the managed identity keeps its tokens.
        assertThat(scopes).isNotEmpty().containsOnly(MANAGED + " " + cloud.exchangeScope());
        assertThat(client.urls())
                .contains("https://%s/%s/oauth2/v2.0/token".formatted(cloud.authority(), TENANT))
                // Instance discovery as well, and none at all in a cloud that the public one does not know.
                .allMatch(url -> URI.create(url).getHost().equals(cloud.authority()));
        boolean known = cloud.settings().keySet().stream().noneMatch(name -> name.endsWith("AUTHORITY_HOST"));
        assertThat(client.urls()).hasSize(known ? 2 : 1);
    }

    @Test
    void theAuthorityOfAnIdentityInAnotherCloud() throws IOException {
        AppSettings settings = AppSettings.of(Map.of("TRANSSHIP_IDENTITIES", """
                {"gov":{"tenantId":"%s","clientId":"%s","federatedBy":"%s","authorityHost":"https://login.microsoftonline.us"}}""".formatted(TENANT, PARTNER, MANAGED)));
        assertThat(settings.problems()).isEmpty();

        identities(settings).tokens(Optional.of(PARTNER)).accessToken("https://storage.azure.com/.default");

        assertThat(scopes).isNotEmpty().containsOnly(MANAGED + " api://AzureADTokenExchangeUSGov/.default");
        assertThat(client.urls()).allMatch(url -> URI.create(url).getHost().equals("login.microsoftonline.us"));
    }

    @Test
    void anIdentityOfAnotherTenantWithoutATokenSaysWhomItTrustsAndWhatToDo() {
        AppSettings settings = settings(SampleCloud.PUBLIC);
        AzureIdentities identities = new AzureIdentities(
                identity -> request -> Mono.error(new IllegalStateException("no such identity; secret=hush")),
                settings.cloud(),
                settings.identities(),
                () -> http);

        assertThatThrownBy(() -> identities.tokens(Optional.of(PARTNER)).accessToken("scope/.default"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("identity 'partner' (application '%s' of tenant '%s')", PARTNER, TENANT)
                .hasMessageContaining("no such identity")
                .hasMessageContaining("managed identity '%s'", MANAGED)
                .hasMessageContaining("audience 'api://AzureADTokenExchange'")
                .hasMessageContaining("az ad sp create --id " + PARTNER)
                .hasMessageNotContaining("hush");
    }

    private static AppSettings settings(SampleCloud cloud) {
        Map<String, String> environment = new HashMap<>(cloud.settings());
        environment.put("TRANSSHIP_IDENTITIES", """
                {"partner":{"tenantId":"%s","clientId":"%s","federatedBy":"%s"}}""".formatted(TENANT, PARTNER, MANAGED));
        AppSettings settings = AppSettings.of(environment);
        assertThat(settings.problems()).isEmpty();
        return settings;
    }

    private AzureIdentities identities(AppSettings settings) {
        return new AzureIdentities(this::credential, settings.cloud(), settings.identities(), () -> http);
    }

    private TokenCredential credential(Optional<String> identity) {
        return request -> Mono.fromCallable(() -> {
            scopes.add(identity.orElse("system") + " " + String.join(" ", request.getScopes()));
            return new AccessToken("token", OffsetDateTime.now(ZoneOffset.UTC).plusHours(1));
        });
    }

    private KeyVaultSecrets secrets(AppSettings settings) {
        return new KeyVaultSecrets(identities(settings), Duration.ZERO, Clock.systemUTC(), () -> http);
    }

    private Answer answer(HttpRequest request) {
        String path = request.getUrl().getPath();
        String host = request.getUrl().getHost();
        if (path.startsWith("/secrets/")) {
            return request.getHeaders().getValue(HttpHeaderName.AUTHORIZATION) == null
                    ? new Answer(
                            401,
                            Map.of(
                                    "WWW-Authenticate",
                                    "Bearer authorization=\"https://login.example/%s\", resource=\"%s\""
                                            .formatted(TENANT, challenge)),
                            "")
                    : Answer.json("{\"value\":\"value\",\"id\":\"%s\",\"attributes\":{\"enabled\":true}}"
                            .formatted(request.getUrl()));
        }
        if (path.endsWith("/oauth2/v2.0/token")) {
            return Answer.json(
                    "{\"token_type\":\"Bearer\",\"expires_in\":3600,\"access_token\":\"token of the partner\"}");
        }
        if (path.endsWith("/discovery/instance")) {
            return Answer.json(
                    "{\"tenant_discovery_endpoint\":\"https://%s/%s/v2.0/.well-known/openid-configuration\",\"api-version\":\"1.1\",\"metadata\":[{\"preferred_network\":\"%s\",\"preferred_cache\":\"%s\",\"aliases\":[\"%s\"]}]}"
                            .formatted(host, TENANT, host, host, host));
        }
        if (path.equals("/Tables")) {
            return new Answer(
                    201,
                    Map.of("Content-Type", "application/json"),
                    "{\"TableName\":\"Runs\",\"odata.metadata\":\"\"}");
        }
        return Answer.of(path.endsWith("a.tar") ? 404 : 201);
    }
}

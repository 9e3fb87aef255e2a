package io.transship.azure.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.transship.core.cloud.CloudEndpoints;
import io.transship.core.registry.RegistryClient;
import io.transship.core.registry.RegistrySettings;
import io.transship.core.registry.auth.EntraTokens;
import io.transship.core.registry.auth.RegistryCredential;
import io.transship.local.AzureRegistryServer;
import io.transship.local.AzuriteServer;
import io.transship.local.Certificates;
import io.transship.local.CloudStorage;
import io.transship.local.EntraServer;
import io.transship.local.IdentityServer;
import io.transship.local.JavaProbe;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Azure's own identity library against doubles of the platform's identity endpoint, of Entra and of a registry's login, in
 * processes whose environment is that of a function app, of a pod and of a developer; storage is Azurite, which reads the tokens.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RealIdentitiesTest {

    private static final String STORAGE = "https://storage.azure.com/.default";
    private static final String OWN_TENANT = IdentityServer.TENANT;
    private static final String SYSTEM = "00000000-0000-0000-0000-00000000000b";
    private static final String USER = "33333333-3333-3333-3333-333333333333";
    private static final String RESOURCE =
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/transfer";
    private static final String OTHER_TENANT = "11111111-1111-1111-1111-111111111111";
    private static final String PARTNER = "22222222-2222-2222-2222-222222222222";

    private Path directory = Path.of("");
    private Certificates certificates;
    private AzuriteServer azurite;
    private EntraServer entra;
    private IdentityServer identity;

    @BeforeAll
    void start(@TempDir Path temporary) throws IOException {
        directory = temporary;
        certificates = Certificates.create(directory);
        azurite = AzuriteServer.start(AzuriteServer.Options.of("partner").withHttps(certificates));
        new CloudStorage(azurite, certificates).container("partner", "transfer").create();
        entra = EntraServer.start(certificates, Clock.systemUTC());
        identity = IdentityServer.start(Clock.systemUTC());
    }

    @AfterAll
    void stop() {
        identity.close();
        entra.close();
        azurite.close();
    }

    @Test
    void aFunctionAppActsAsEachOfItsIdentitiesAndAsOneOfAnotherTenant() throws IOException {
        Map<String, String> environment = new HashMap<>(identity.settings());
        environment.put("TRANSSHIP_IDENTITIES", """
                {"partner":{"tenantId":"%s","clientId":"%s","federatedBy":"%s","authorityHost":"%s"}}""".formatted(OTHER_TENANT, PARTNER, USER, entra.address()));
        try (AzureRegistryServer registry = AzureRegistryServer.startWithoutArmTokens(Clock.systemUTC())) {
            List<String> printed = probe(
                    "app.log",
                    environment,
                    "token||" + STORAGE,
                    "token|%s|%s".formatted(USER, STORAGE),
                    "token|%s|%s".formatted(RESOURCE, STORAGE),
                    "tags||" + registry.address(),
                    "tags|%s|%s".formatted(USER, registry.address()),
                    "token|%s|%s".formatted(PARTNER, STORAGE),
                    "write|%s|%s".formatted(PARTNER, container()),
                    "tags|%s|%s".formatted(PARTNER, registry.address()));

            assertThat(printed)
                    .containsExactly(
                            "problems []",
                            "token %s for https://storage.azure.com in %s".formatted(SYSTEM, OWN_TENANT),
                            "token %s for https://storage.azure.com in %s".formatted(USER, OWN_TENANT),
                            "token %s for https://storage.azure.com in %s".formatted(RESOURCE, OWN_TENANT),
                            "tags [v1]",
                            "tags [v1]",
                            "token %s for https://storage.azure.com in %s".formatted(PARTNER, OTHER_TENANT),
                            "write written.txt",
                            "tags [v1]");
            assertThat(registry.granted())
                    .containsExactly(
                            SYSTEM + " repository:shop/web:pull",
                            USER + " repository:shop/web:pull",
                            PARTNER + " repository:shop/web:pull");
        }
        assertThat(identity.requests())
                .contains(
                        new IdentityServer.Request("https://storage.azure.com", ""),
                        new IdentityServer.Request("https://storage.azure.com", USER),
                        new IdentityServer.Request("https://storage.azure.com", RESOURCE),
                        new IdentityServer.Request("https://containerregistry.azure.net", ""),
                        new IdentityServer.Request("https://containerregistry.azure.net", USER),
                        new IdentityServer.Request("api://AzureADTokenExchange", USER))
                .doesNotContain(new IdentityServer.Request("https://storage.azure.com", PARTNER));
        List<EntraServer.Request> ofPartner = entra.requests().stream()
                .filter(request -> request.clientId().equals(PARTNER))
                .toList();
        assertThat(ofPartner).extracting(EntraServer.Request::tenant).containsOnly(OTHER_TENANT);
        assertThat(ofPartner)
                .extracting(EntraServer.Request::scope)
                .contains(STORAGE, "https://containerregistry.azure.net/.default");
        assertThat(ofPartner)
                .allSatisfy(request -> assertThat(request.audience()).isEqualTo("api://AzureADTokenExchange"));
        assertThat(entra.unexpected()).isEmpty();
    }

    @Test
    void aPodActsAsItsWorkloadIdentity() throws IOException {
        Path projected = Files.writeString(directory.resolve("projected-token"), "token-of-the-cluster");
        Map<String, String> environment = Map.of(
                "AZURE_FEDERATED_TOKEN_FILE",
                projected.toString(),
                "AZURE_CLIENT_ID",
                USER,
                "AZURE_TENANT_ID",
                OWN_TENANT,
                "AZURE_AUTHORITY_HOST",
                entra.address().toString());

        List<String> printed = probe("pod.log", environment, "token||" + STORAGE, "write||" + container());

        assertThat(printed)
                .containsExactly(
                        "problems []",
                        "token %s for https://storage.azure.com in %s".formatted(USER, OWN_TENANT),
                        "write written.txt");
        assertThat(entra.requests())
                .contains(new EntraServer.Request(OWN_TENANT, USER, STORAGE, "token-of-the-cluster"));
    }

    @Test
    void aDeveloperActsAsWhoeverIsSignedInToTheAzureCli() throws IOException {
        Path bin = Files.createDirectories(directory.resolve("bin"));
        Path calls = directory.resolve("az-calls");
        String token = identity.token("https://storage.azure.com");
        Path az = Files.writeString(bin.resolve("az"), """
                #!/bin/sh
                echo "$@" >> '%s'
                case "$*" in
                *storage.azure.com*) echo '{"accessToken":"%s","expiresOn":"2099-01-01 00:00:00.000000","tenant":"t","tokenType":"Bearer"}' ;;
                *) echo "ERROR: AADSTS700082: The refresh token has expired. password=hush" >&2; exit 1 ;;
                esac
                """.formatted(calls, token));
        assertThat(az.toFile().setExecutable(true)).isTrue();
        // Nobody asks the machine's own metadata service, which may be a real one.
        Map<String, String> environment =
                Map.of("PATH", bin + ":" + System.getenv("PATH"), "AZURE_TOKEN_CREDENTIALS", "dev");

        List<String> printed =
                probe("developer.log", environment, "token||" + STORAGE, "token||https://vault.azure.net/.default");

        assertThat(printed.get(1))
                .isEqualTo("token %s for https://storage.azure.com in %s".formatted(SYSTEM, OWN_TENANT));
        assertThat(printed.get(2))
                .startsWith("token failed: ")
                .contains("AADSTS700082", "az login")
                .doesNotContain("hush", "aka.ms");
        assertThat(Files.readString(calls))
                .contains("account get-access-token", "--resource https://storage.azure.com");
    }

    @Test
    void aRegistryThatTakesNoTokensForResourceManagerSaysSoWithTheNextStep() throws IOException {
        EntraTokens tokens = scope -> identity.token(scope.replace("/.default", ""));
        String arm = AzureRegistryServer.ARM_AUDIENCE + "/.default";
        try (AzureRegistryServer byDefault = AzureRegistryServer.start(Clock.systemUTC());
                AzureRegistryServer strict = AzureRegistryServer.startWithoutArmTokens(Clock.systemUTC())) {
            assertThat(tags(byDefault.address(), tokens, arm)).containsExactly("v1");
            assertThat(tags(strict.address(), tokens, CloudEndpoints.AZURE_PUBLIC.registryScope()))
                    .containsExactly("v1");
            assertThatThrownBy(() -> tags(strict.address(), tokens, arm))
                    .hasMessageContaining("401")
                    .hasMessageContaining(arm)
                    .hasMessageContaining("tenant")
                    .hasMessageContaining("TRANSSHIP_CLOUD_REGISTRY_AUDIENCE")
                    .hasMessageNotContaining(tokens.accessToken(arm));
        }
    }

    private static List<String> tags(URI registry, EntraTokens tokens, String scope) throws IOException {
        try (RegistryClient client =
                new RegistryClient(RegistrySettings.of(registry, new RegistryCredential.Entra(tokens, scope))
                        .withTokenHosts(Set.of()))) {
            return client.repository("shop/web").tags();
        }
    }

    private URI container() {
        return URI.create(azurite.blobEndpoint("partner") + "/transfer");
    }

    private List<String> probe(String log, Map<String, String> environment, String... todo) throws IOException {
        return JavaProbe.run(IdentityProbe.class, environment, certificates, directory.resolve(log), todo)
                .lines()
                .filter(line -> line.startsWith("problems ") || line.matches("(token|write|tags) .*"))
                .toList();
    }
}

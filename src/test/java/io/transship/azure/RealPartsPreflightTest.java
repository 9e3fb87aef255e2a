package io.transship.azure;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.credential.AccessToken;
import io.transship.azure.blob.AzureBlobContainers;
import io.transship.azure.identity.AzureIdentities;
import io.transship.azure.vault.KeyVaultSecrets;
import io.transship.core.cloud.CloudEndpoints;
import io.transship.core.oci.Descriptor;
import io.transship.core.oci.Manifest;
import io.transship.core.oci.TestArtifacts;
import io.transship.core.pipeline.AllowedHosts;
import io.transship.core.pipeline.Pipeline;
import io.transship.core.pipeline.Pipeline.ExportPipeline;
import io.transship.core.pipeline.Pipeline.ImportPipeline;
import io.transship.core.pipeline.PipelineContainer;
import io.transship.core.pipeline.PipelineOption;
import io.transship.core.pipeline.RegistryDirectory;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.preflight.Hop;
import io.transship.core.pipeline.preflight.Preflight;
import io.transship.core.pipeline.preflight.PreflightCheck;
import io.transship.core.pipeline.preflight.PreflightCheck.Verdict;
import io.transship.core.pipeline.preflight.PreflightReport;
import io.transship.core.pipeline.preflight.network.SystemNetwork;
import io.transship.core.registry.RegistryClient;
import io.transship.core.registry.RegistrySettings;
import io.transship.core.registry.Repository;
import io.transship.core.registry.auth.RegistryCredential.Basic;
import io.transship.core.sas.SasValidator;
import io.transship.core.storage.ContainerUri;
import io.transship.core.storage.SecretUri;
import io.transship.local.AzuriteServer;
import io.transship.local.Certificates;
import io.transship.local.CloudStorage;
import io.transship.local.IdentityServer;
import io.transship.local.KeyVaultServer;
import io.transship.local.RegistryServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** A preflight of Distribution, Azurite and the doubles of Key Vault and identity, each of them broken in turn. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RealPartsPreflightTest {

    private static final String ACCOUNT = "store";
    private static final String CONTAINER = "transfer";
    private static final String REPOSITORY = "samples/app";
    private static final String PASSWORD = "pass-word-of-the-test";
    private static final Duration LIFE = Duration.ofDays(30);
    private static final Pattern SIGNATURE = Pattern.compile("sig=([^&]*)");

    private Certificates certificates;
    private AzuriteServer azurite;
    private CloudStorage storage;
    private RegistryServer registry;
    private IdentityServer identity;
    private AzureHttp http;
    private KeyVaultServer vault;
    private Set<String> allowed = Set.of("127.0.0.1");
    private String loginServer = "";
    private ContainerUri container = ContainerUri.parse("https://127.0.0.1:1/none/none");

    @BeforeAll
    void start(@TempDir Path directory) throws IOException {
        certificates = Certificates.create(directory);
        azurite = AzuriteServer.start(AzuriteServer.Options.of(ACCOUNT).withHttps(certificates));
        storage = new CloudStorage(azurite, certificates);
        storage.container(ACCOUNT, CONTAINER).create();
        storage.container(ACCOUNT, "other").create();
        registry =
                RegistryServer.start(RegistryServer.Options.in(Files.createDirectories(directory.resolve("registry")))
                        .withLogin("reader", PASSWORD));
        identity = IdentityServer.start(Clock.systemUTC());
        http = QuickRetries.http(certificates, 2);
        seed();
    }

    @AfterAll
    void stop() {
        identity.close();
        registry.close();
        azurite.close();
    }

    @BeforeEach
    void fillVault() throws IOException {
        vault = KeyVaultServer.start(certificates, Clock.systemUTC());
        vault.set("password", PASSWORD);
        vault.set("sas", storage.sas(ACCOUNT, CONTAINER, "alrw", LIFE));
        vault.set("import-sas", storage.sas(ACCOUNT, CONTAINER, "dlr", LIFE));
        loginServer = registry.uri().toString();
        container = uri(CONTAINER);
    }

    @AfterEach
    void stopVault() {
        vault.close();
    }

    @Test
    void passesAnExportAndLeavesNothing() throws IOException {
        PreflightReport report = check(exportBySas());

        assertThat(report.checks(Verdict.FAILED)).isEmpty();
        assertThat(report.checks(Verdict.WARNING)).isEmpty();
        assertThat(report.verdict()).isEqualTo(Verdict.PASSED);
        // Distribution is reached by plain http on this machine.
        assertThat(report.checks(Verdict.SKIPPED))
                .extracting(PreflightCheck::hop)
                .containsExactly(Hop.TLS);
        assertThat(report.checks())
                .first()
                .satisfies(check -> assertThat(check.message())
                        .contains("00000000-0000-0000-0000-00000000000b", IdentityServer.TENANT));
        assertNothingLeft();
    }

    @Test
    void passesAnImportThatDeletesAndLeavesNothing() throws IOException {
        PreflightReport report = check(importInto(Optional.of(secret("import-sas"))));

        assertThat(report.verdict()).as(report.toString()).isEqualTo(Verdict.PASSED);
        assertThat(report.checks(Verdict.PASSED))
                .extracting(PreflightCheck::hop)
                .contains(Hop.PULL, Hop.PUSH, Hop.LIST, Hop.READ, Hop.DELETE);
        assertNothingLeft();
    }

    @Test
    void passesAContainerThatIsOpenedByIdentity() throws IOException {
        PreflightReport report = check(importInto(Optional.empty()));

        assertThat(report.verdict()).as(report.toString()).isEqualTo(Verdict.PASSED);
        assertThat(report.checks().stream()
                        .filter(check -> check.hop() == Hop.IDENTITY)
                        .map(PreflightCheck::target))
                .containsExactly("https://storage.azure.com", "https://vault.azure.net");
    }

    @Test
    void saysThatTheRegistrysPasswordIsWrong() throws IOException {
        vault.set("password", "not-the-" + PASSWORD);

        PreflightReport report = check(exportBySas());

        PreflightCheck failed = onlyFailure(report);
        assertThat(failed.hop()).isEqualTo(Hop.LOGIN);
        assertThat(failed.message()).contains(registry.loginServer(), "401");
        assertThat(failed.action()).contains("az keyvault secret set", "--name password");
        assertSkipped(report, Hop.TLS, Hop.PULL);
    }

    @Test
    void saysThatNothingListensAtTheRegistry() throws IOException {
        loginServer = "http://127.0.0.1:" + closedPort();

        PreflightReport report = check(exportBySas());

        PreflightCheck failed = onlyFailure(report);
        assertThat(failed.hop()).isEqualTo(Hop.TCP);
        assertThat(failed.message()).contains("registry 'lab'", "refuses connections");
        assertThat(failed.action()).contains("check that the server runs");
        assertSkipped(report, Hop.TLS, Hop.LOGIN, Hop.PULL);
    }

    @Test
    void saysThatTheRegistrysHostIsUnknown() throws IOException {
        loginServer = "https://registry.transship.invalid";
        allowed = Set.of("127.0.0.1", "registry.transship.invalid");

        PreflightCheck failed = onlyFailure(check(exportBySas()));

        assertThat(failed.hop()).isEqualTo(Hop.DNS);
        assertThat(failed.message()).contains("'registry.transship.invalid' has no address");
        assertThat(failed.action()).contains("correct the name 'registry.transship.invalid'");
    }

    @Test
    void saysThatAHostIsNotAllowed() throws IOException {
        loginServer = "https://registry.transship.invalid";

        PreflightReport report = check(exportBySas());

        PreflightCheck failed = onlyFailure(report);
        assertThat(failed.hop()).isEqualTo(Hop.HOST);
        assertThat(failed.message()).contains("'registry.transship.invalid'");
        assertThat(failed.action()).contains("TRANSSHIP_ALLOWED_HOSTS");
        assertSkipped(report, Hop.DNS, Hop.TCP, Hop.TLS, Hop.LOGIN, Hop.PULL);
    }

    @Test
    void tellsASecretThatIsMissingFromOneThatIsDisabledOrForbidden() throws IOException {
        vault.disable("sas");
        assertThat(secretFailure().action()).contains("set-attributes", "--enabled true");

        vault.set("sas", "sv=1");
        vault.forbid("sas");
        assertThat(secretFailure().action())
                .contains(
                        "--role \"Key Vault Secrets User\" --assignee-object-id 00000000-0000-0000-0000-00000000000b");

        vault.permit("sas");
        vault.delete("sas");
        PreflightCheck missing = secretFailure();
        assertThat(missing.message()).contains("404 SecretNotFound");
        assertThat(missing.action())
                .contains("az storage container generate-sas --account-name store --name transfer --permissions rawl")
                .contains("az keyvault secret set", "--name sas");
    }

    @Test
    void saysThatASasHasExpired() throws IOException {
        vault.set("sas", storage.sas(ACCOUNT, CONTAINER, "alrw", Duration.ofHours(-1)));

        PreflightReport report = check(exportBySas());

        PreflightCheck failed = onlyFailure(report);
        assertThat(failed.hop()).isEqualTo(Hop.SAS);
        assertThat(failed.target()).isEqualTo(secret("sas").toString());
        assertThat(failed.message()).contains("'se'", "which is past");
        assertThat(failed.action()).contains("generate-sas", "az keyvault secret set");
        assertSkipped(report, Hop.TLS, Hop.CONTAINER, Hop.READ, Hop.WRITE, Hop.LIST);
    }

    @Test
    void saysWhichLetterASasLacks() throws IOException {
        vault.set("sas", storage.sas(ACCOUNT, CONTAINER, "rl", LIFE));

        PreflightReport report = check(exportBySas());

        assertThat(report.checks(Verdict.FAILED))
                .extracting(PreflightCheck::hop)
                .containsExactly(Hop.SAS, Hop.WRITE);
        assertThat(report.checks(Verdict.FAILED).getFirst().message()).contains("'sp' of the SAS is 'rl'", "also 'w'");
        assertThat(report.checks(Verdict.FAILED).getLast().message()).contains("AuthorizationPermissionMismatch");
        assertThat(report.checks(Verdict.FAILED))
                .allSatisfy(check -> assertThat(check.action()).contains("--permissions rawl"));
        assertThat(report.checks(Verdict.PASSED))
                .extracting(PreflightCheck::hop)
                .contains(Hop.CONTAINER, Hop.READ, Hop.LIST);
    }

    @Test
    void saysThatASasIsForAnotherContainer() throws IOException {
        vault.set("sas", storage.sas(ACCOUNT, "other", "alrw", LIFE));

        PreflightReport report = check(exportBySas());

        PreflightCheck failed = onlyFailure(report);
        assertThat(failed.hop()).isEqualTo(Hop.CONTAINER);
        assertThat(failed.target()).isEqualTo(container.toString());
        assertThat(failed.message()).contains("for another container");
        assertThat(failed.action()).contains("generate-sas --account-name store --name transfer");
        assertSkipped(report, Hop.TLS, Hop.READ, Hop.WRITE, Hop.LIST);
    }

    @Test
    void saysThatAContainerIsMissing() throws IOException {
        container = uri("never-created");
        vault.set("sas", storage.sas(ACCOUNT, "never-created", "alrw", LIFE));

        PreflightReport report = check(exportBySas());

        PreflightCheck failed = onlyFailure(report);
        assertThat(failed.hop()).isEqualTo(Hop.CONTAINER);
        assertThat(failed.message()).contains("'never-created'");
        assertThat(failed.action())
                .isEqualTo("az storage container create --account-name store --name never-created --auth-mode login");
        assertSkipped(report, Hop.TLS, Hop.READ, Hop.WRITE, Hop.LIST);
    }

    @Test
    void saysThatTheCertificateOfStorageIsNotTrusted() throws IOException {
        PreflightReport report = check(exportBySas(), new SystemNetwork());

        // The vault has the same certificate.
        assertThat(report.checks(Verdict.FAILED))
                .extracting(PreflightCheck::hop)
                .containsExactly(Hop.TLS, Hop.TLS);
        assertThat(report.checks(Verdict.FAILED))
                .allSatisfy(check -> assertThat(check.action()).contains("-Djavax.net.ssl.trustStore"));
    }

    private void seed() throws IOException {
        TestArtifacts artifacts = new TestArtifacts(1);
        Manifest image = artifacts.image(10);
        try (RegistryClient client =
                new RegistryClient(RegistrySettings.of(registry.uri(), new Basic("reader", () -> PASSWORD)))) {
            Repository repository = client.repository(REPOSITORY);
            for (Descriptor child : image.children()) {
                repository.put(child, () -> new ByteArrayInputStream(artifacts.content(child)));
            }
            repository.putManifest(image, "v1");
        }
    }

    private PreflightCheck secretFailure() throws IOException {
        PreflightReport report = check(exportBySas());
        PreflightCheck failed = onlyFailure(report);
        assertThat(failed.hop()).isEqualTo(Hop.SECRET);
        assertThat(failed.target()).isEqualTo(secret("sas").toString());
        assertSkipped(report, Hop.TLS, Hop.SAS, Hop.CONTAINER, Hop.READ, Hop.WRITE, Hop.LIST);
        return failed;
    }

    private PreflightReport check(Pipeline pipeline) throws IOException {
        return check(pipeline, new SystemNetwork(certificates.sslContext()));
    }

    private PreflightReport check(Pipeline pipeline, SystemNetwork network) throws IOException {
        List<String> problems = new ArrayList<>();
        RegistryDirectory directory = RegistryDirectory.parse(
                """
                {"lab":{"loginServer":"%s","username":"reader","passwordSecretUri":"%s"}}""".formatted(loginServer, vault.secretUri("password")), CloudEndpoints.AZURE_PUBLIC, problems);
        assertThat(problems).isEmpty();
        AzureIdentities identities = new AzureIdentities(clientId -> request ->
                Mono.fromCallable(() -> token(request.getScopes().getFirst().replace("/.default", ""))));
        PreflightReport report = new Preflight(
                        directory,
                        new AllowedHosts(Set.of(".azurecr.io"), allowed),
                        new KeyVaultSecrets(identities, Duration.ofMinutes(5), Clock.systemUTC(), () -> http),
                        new AzureBlobContainers(identities, () -> http),
                        identities::tokens,
                        new SasValidator(Clock.systemUTC()),
                        network,
                        Preflight.Limits.DEFAULT)
                .check(pipeline, List.of(REPOSITORY));
        assertThat(report.toString()).doesNotContain("sig=", PASSWORD, identity.token("https://vault.azure.net"));
        for (String name : List.of("sas", "import-sas")) {
            Matcher signature = SIGNATURE.matcher(vault.value(name).orElse(""));
            if (signature.find()) {
                assertThat(report.toString()).doesNotContain(signature.group(1));
            }
        }
        return report;
    }

    private AccessToken token(String resource) throws IOException {
        return new AccessToken(
                identity.token(resource), OffsetDateTime.now(ZoneOffset.UTC).plusHours(1));
    }

    private ExportPipeline exportBySas() {
        return new ExportPipeline(
                id(ResourceId.Type.EXPORT_PIPELINE),
                new PipelineContainer(container, Optional.of(secret("sas"))),
                Optional.empty(),
                Set.of(),
                Optional.empty());
    }

    private ImportPipeline importInto(Optional<SecretUri> sas) {
        return new ImportPipeline(
                id(ResourceId.Type.IMPORT_PIPELINE),
                new PipelineContainer(container, sas),
                Pipeline.Trigger.ENABLED,
                Set.of(PipelineOption.DELETE_SOURCE_BLOB_ON_SUCCESS),
                Optional.empty());
    }

    private static ResourceId id(ResourceId.Type type) {
        return ResourceId.of("sub", "group", "lab", type, "pipeline");
    }

    private SecretUri secret(String name) {
        return SecretUri.parse(vault.secretUri(name).toString());
    }

    private ContainerUri uri(String name) {
        return ContainerUri.parse(azurite.blobEndpoint(ACCOUNT) + "/" + name);
    }

    private void assertNothingLeft() throws IOException {
        assertThat(storage.container(ACCOUNT, CONTAINER).listBlobs()).isEmpty();
        assertThat(registry.openUploads()).isZero();
    }

    private static void assertSkipped(PreflightReport report, Hop... hops) {
        assertThat(report.checks(Verdict.SKIPPED))
                .extracting(PreflightCheck::hop)
                .containsExactly(hops);
    }

    private static PreflightCheck onlyFailure(PreflightReport report) {
        assertThat(report.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(report.checks(Verdict.FAILED)).as(report.toString()).hasSize(1);
        return report.checks(Verdict.FAILED).getFirst();
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}

package io.transship.core.pipeline.preflight;

import static io.transship.core.pipeline.preflight.PreflightWorld.FAR;
import static io.transship.core.pipeline.preflight.PreflightWorld.NEAR;
import static io.transship.core.pipeline.preflight.PreflightWorld.REPOSITORY;
import static io.transship.core.pipeline.preflight.PreflightWorld.exportOf;
import static io.transship.core.pipeline.preflight.PreflightWorld.importTo;
import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.cloud.CloudEndpoints;
import io.transship.core.pipeline.Pipeline.ExportPipeline;
import io.transship.core.pipeline.PipelineContainer;
import io.transship.core.pipeline.PipelineOption;
import io.transship.core.pipeline.preflight.PreflightCheck.Verdict;
import io.transship.core.registry.auth.NoTokenException;
import io.transship.core.storage.ContainerUri;
import io.transship.core.storage.StorageAccess;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hops as such: their order, the ways to servers, and what depends on what. */
class PreflightTest {

    private PreflightWorld world;

    @BeforeEach
    void createWorld() throws IOException {
        world = new PreflightWorld();
    }

    @Test
    void passesEveryHopOfAnExportWithRelay() throws IOException {
        PreflightReport report = world.check(exportOf("lab"), REPOSITORY);

        assertThat(report.verdict()).as(report.toString()).isEqualTo(Verdict.PASSED);
        assertThat(report.checks()).allSatisfy(check -> {
            assertThat(check.verdict()).isEqualTo(Verdict.PASSED);
            assertThat(check.message()).isNotEmpty();
            assertThat(check.action()).isEmpty();
        });
        assertThat(report.checks().stream().map(check -> check.hop().label() + " " + check.target()))
                .containsExactly(
                        "identity https://vault.azure.net",
                        "allowed host keys.vault.azure.net",
                        "DNS keys.vault.azure.net",
                        "TCP keys.vault.azure.net:443",
                        "TLS keys.vault.azure.net:443",
                        "secret " + PreflightWorld.PASSWORD,
                        "secret " + PreflightWorld.NEAR_SAS,
                        "secret " + PreflightWorld.FAR_SAS,
                        "allowed host lab.example",
                        "DNS lab.example",
                        "TCP lab.example:443",
                        "TLS lab.example:443",
                        "registry login lab.example",
                        "pull lab.example/samples/app",
                        "allowed host near.blob.core.windows.net",
                        "DNS near.blob.core.windows.net",
                        "TCP near.blob.core.windows.net:443",
                        "TLS near.blob.core.windows.net:443",
                        "SAS " + PreflightWorld.NEAR_SAS,
                        "container " + NEAR,
                        "read blobs " + NEAR,
                        "write blobs " + NEAR,
                        "list blobs " + NEAR,
                        "allowed host far.blob.core.windows.net",
                        "DNS far.blob.core.windows.net",
                        "TCP far.blob.core.windows.net:443",
                        "TLS far.blob.core.windows.net:443",
                        "SAS " + PreflightWorld.FAR_SAS,
                        "container " + FAR,
                        "read blobs " + FAR,
                        "write blobs " + FAR,
                        "list blobs " + FAR);
    }

    @Test
    void passesEveryHopOfAnImportByIdentity() throws IOException {
        PreflightReport report = world.check(importTo("contoso", PipelineOption.DELETE_SOURCE_BLOB_ON_SUCCESS), "new");

        assertThat(report.verdict()).as(report.toString()).isEqualTo(Verdict.PASSED);
        assertThat(report.checks().stream().map(check -> check.hop().label() + " " + check.target()))
                .containsExactly(
                        "identity https://containerregistry.azure.net",
                        "identity https://storage.azure.com",
                        "allowed host contoso.azurecr.io",
                        "DNS contoso.azurecr.io",
                        "TCP contoso.azurecr.io:443",
                        "TLS contoso.azurecr.io:443",
                        "registry login contoso.azurecr.io",
                        "pull contoso.azurecr.io/new",
                        "push contoso.azurecr.io/new",
                        "allowed host far.blob.core.windows.net",
                        "DNS far.blob.core.windows.net",
                        "TCP far.blob.core.windows.net:443",
                        "TLS far.blob.core.windows.net:443",
                        "container " + FAR,
                        "read blobs " + FAR,
                        "delete blobs " + FAR,
                        "list blobs " + FAR);
        assertThat(world.opened).containsExactly(new StorageAccess.Identity(Optional.of("client-1")));
        assertThat(world.registry.pushes).hasValue(1);
    }

    @Test
    void leavesNothingThatAnyoneSees() throws IOException {
        world.check(exportOf("lab"), REPOSITORY);
        world.check(importTo("contoso", PipelineOption.DELETE_SOURCE_BLOB_ON_SUCCESS), "new");

        for (ContainerUri uri : List.of(NEAR, FAR)) {
            assertThat(Objects.requireNonNull(world.containers.get(uri)).list(""))
                    .isEmpty();
        }
        assertThat(world.registry.catalog()).containsExactly(REPOSITORY);
        assertThat(world.registry.memory.uploads()).isZero();
    }

    @Test
    void asksNothingOfAHostThatIsNotAllowed() throws IOException {
        ContainerUri elsewhere = ContainerUri.parse("https://store.example/transfer");
        ExportPipeline pipeline = new ExportPipeline(
                exportOf("lab").id(),
                new PipelineContainer(elsewhere, Optional.of(PreflightWorld.NEAR_SAS)),
                Optional.empty(),
                Set.of(),
                Optional.empty());

        PreflightReport report = world.check(pipeline, REPOSITORY);

        assertThat(report.checks(Verdict.FAILED)).singleElement().satisfies(check -> {
            assertThat(check.hop()).isEqualTo(Hop.HOST);
            assertThat(check.target()).isEqualTo("store.example");
            assertThat(check.message()).contains("storage account 'store'", "'store.example'");
            assertThat(check.action()).contains("add 'store.example' to the app setting TRANSSHIP_ALLOWED_HOSTS");
        });
        assertThat(report.checks(Verdict.SKIPPED))
                .extracting(PreflightCheck::hop)
                .containsExactly(Hop.DNS, Hop.TCP, Hop.TLS, Hop.CONTAINER, Hop.READ, Hop.WRITE, Hop.LIST);
        assertThat(report.checks(Verdict.SKIPPED))
                .allSatisfy(check -> assertThat(check.message())
                        .isEqualTo("not tried, since 'allowed host' of store.example failed"));
        assertThat(world.network.asked).doesNotContain("store.example");
    }

    @Test
    void saysThatAHostHasNoAddressAndGoesOnWithTheOthers() throws IOException {
        world.network.unknown.add("lab.example");

        PreflightReport report = world.check(exportOf("lab"), REPOSITORY);

        PreflightCheck failed = onlyFailure(report);
        assertThat(failed.hop()).isEqualTo(Hop.DNS);
        assertThat(failed.message()).isEqualTo("registry 'lab': host 'lab.example' has no address");
        assertThat(failed.action()).contains("correct the name 'lab.example'", "private DNS zone");
        assertThat(report.checks(Verdict.SKIPPED))
                .extracting(PreflightCheck::hop)
                .containsExactly(Hop.TCP, Hop.TLS, Hop.LOGIN, Hop.PULL);
    }

    @Test
    void tellsAPortThatRefusesFromOneThatIsSilent() throws IOException {
        world.network.unreachable.put("lab.example", new ConnectException("Connection refused"));
        world.network.unreachable.put("near.blob.core.windows.net", new SocketTimeoutException("Connect timed out"));

        PreflightReport report = world.check(exportOf("lab"), REPOSITORY);

        assertThat(report.checks(Verdict.FAILED))
                .extracting(PreflightCheck::hop)
                .containsExactly(Hop.TCP, Hop.TCP);
        PreflightCheck refused = report.checks(Verdict.FAILED).getFirst();
        assertThat(refused.message()).contains("port 443 of 'lab.example' refuses connections");
        assertThat(refused.action()).contains("check that the server runs");
        PreflightCheck silent = report.checks(Verdict.FAILED).getLast();
        assertThat(silent.message()).contains("does not answer");
        assertThat(silent.action()).contains("near.blob.core.windows.net:443 through firewall");
    }

    @Test
    void leavesConnectionsToTheProxyThatMakesThem() throws IOException {
        world.network.proxies.put("https://lab.example:443", "proxy.example:3128");
        world.network.unknown.add("lab.example");

        PreflightReport report = world.check(exportOf("lab"), REPOSITORY);

        assertThat(report.verdict()).isEqualTo(Verdict.PASSED);
        assertThat(report.checks(Verdict.SKIPPED))
                .extracting(PreflightCheck::hop)
                .containsExactly(Hop.DNS, Hop.TCP, Hop.TLS);
        assertThat(report.checks(Verdict.SKIPPED))
                .allSatisfy(check -> assertThat(check.message()).contains("'proxy.example:3128'"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"expired", "untrusted", "other name"})
    void explainsWhatIsWrongWithACertificate(String what) throws IOException {
        Exception reason = switch (what) {
            case "expired" -> new CertificateExpiredException("NotAfter: yesterday");
            case "untrusted" -> new CertPathBuilderException("unable to find valid certification path");
            default -> new CertificateException("No name matching lab.example found");
        };
        world.network.unproven.put("lab.example", (IOException) new SSLHandshakeException("no").initCause(reason));

        PreflightCheck failed = onlyFailure(world.check(exportOf("lab"), REPOSITORY));

        assertThat(failed.hop()).isEqualTo(Hop.TLS);
        assertThat(failed.message() + failed.action())
                .contains(
                        switch (what) {
                            case "expired" -> "renew the certificate of 'lab.example'";
                            case "untrusted" -> "-Djavax.net.ssl.trustStore";
                            default -> "No name matching lab.example found";
                        });
    }

    @Test
    void saysThatTheIdentityHasNoTokenAndSkipsWhatNeedsOne() throws IOException {
        world.noToken = new IOException("user-assigned identity 'client-1' got no token");

        PreflightReport report = world.check(importTo("contoso"), "new");

        assertThat(report.checks(Verdict.FAILED)).allSatisfy(check -> {
            assertThat(check.hop()).isEqualTo(Hop.IDENTITY);
            assertThat(check.message()).isEqualTo("user-assigned identity 'client-1' got no token");
            assertThat(check.action())
                    .startsWith("az functionapp identity assign")
                    .contains("client-1");
        });
        assertThat(report.checks(Verdict.FAILED))
                .extracting(PreflightCheck::target)
                .containsExactly("https://containerregistry.azure.net", "https://storage.azure.com");
        assertThat(report.checks(Verdict.SKIPPED))
                .extracting(PreflightCheck::hop)
                .containsExactly(Hop.LOGIN, Hop.PULL, Hop.PUSH, Hop.CONTAINER, Hop.READ, Hop.LIST);
    }

    @Test
    void handsOnTheCommandOfAnIdentityThatKnowsABetterOne() throws IOException {
        world.noToken = new NoTokenException("no token", "az login", new IOException("not signed in"));

        assertThat(world.check(importTo("contoso"), "new").checks(Verdict.FAILED))
                .isNotEmpty()
                .allSatisfy(check -> assertThat(check.action()).isEqualTo("az login"));
    }

    @Test
    void asksForTokensOfTheCloudThatAVaultIsIn() {
        IdentityChecks checks = new IdentityChecks(identity -> scope -> "", CloudEndpoints.AZURE_PUBLIC);

        assertThat(checks.vaultScope("keys.vault.azure.cn")).isEqualTo("https://vault.azure.cn/.default");
        assertThat(checks.vaultScope("keys.vault.usgovcloudapi.net"))
                .isEqualTo("https://vault.usgovcloudapi.net/.default");
        assertThat(checks.vaultScope("127.0.0.1")).isEqualTo("https://vault.azure.net/.default");
    }

    @Test
    void doesNotWaitForWhoNeverAnswers() throws IOException {
        // Long enough for all that does answer, also on a machine that is busy.
        world.limits = new Preflight.Limits(Duration.ofMinutes(1), Duration.ofSeconds(1), Duration.ofMinutes(5));
        world.registry.hangs = true;

        PreflightCheck failed = onlyFailure(world.check(exportOf("lab"), REPOSITORY));

        assertThat(failed.hop()).isEqualTo(Hop.LOGIN);
        assertThat(failed.message()).startsWith("no answer within");
        assertThat(failed.action()).contains("firewall");
    }

    @Test
    void asksNothingMoreWhenTheWholeTimeIsOver() throws IOException {
        AtomicInteger looks = new AtomicInteger();
        world.limits = new Preflight.Limits(Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofSeconds(20));
        world.clock = new Clock() {
            @Override
            public Instant instant() {
                return PreflightWorld.NOW.plusSeconds(looks.getAndIncrement());
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };

        PreflightReport report = world.check(exportOf("lab"), REPOSITORY);

        assertThat(report.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(report.checks(Verdict.FAILED))
                .extracting(PreflightCheck::message)
                .containsOnly("not tried, since the hops before took more than 20 seconds in all");
    }

    private static PreflightCheck onlyFailure(PreflightReport report) {
        assertThat(report.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(report.checks(Verdict.FAILED)).as(report.toString()).hasSize(1);
        return report.checks(Verdict.FAILED).getFirst();
    }
}

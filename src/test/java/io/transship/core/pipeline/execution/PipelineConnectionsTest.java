package io.transship.core.pipeline.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.transship.core.cloud.CloudEndpoints;
import io.transship.core.content.Bandwidth;
import io.transship.core.content.RetryListener;
import io.transship.core.content.Sleeper;
import io.transship.core.oci.Digest;
import io.transship.core.pipeline.AllowedHosts;
import io.transship.core.pipeline.Pipeline.ExportPipeline;
import io.transship.core.pipeline.PipelineContainer;
import io.transship.core.pipeline.RegistryDirectory;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.telemetry.ConnectionTelemetry;
import io.transship.core.registry.Registry;
import io.transship.core.registry.http.RetryPolicy;
import io.transship.core.registry.pace.RegistryPaces;
import io.transship.core.sas.InvalidSasException;
import io.transship.core.sas.SasRequirements;
import io.transship.core.sas.SasValidator;
import io.transship.core.storage.ContainerUri;
import io.transship.core.storage.InMemoryBlobContainer;
import io.transship.core.storage.SecretStore;
import io.transship.core.storage.SecretUri;
import io.transship.core.storage.StorageAccess;
import io.transship.telemetry.LoggedLines;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PipelineConnectionsTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-03-01T12:00:00Z"), ZoneOffset.UTC);
    private static final String EXPIRED = sas("2026-03-01T11:59:00Z", "racwl");
    private static final String VALID = sas("2026-04-01T00:00:00Z", "racwl");
    private static final SecretUri NEAR_SAS = SecretUri.parse("https://v.vault.azure.net/secrets/near");
    private static final SecretUri FAR_SAS = SecretUri.parse("https://v.vault.azure.net/secrets/far");
    private static final PipelineContainer NEAR = container("https://near.blob.core.windows.net/transfer", NEAR_SAS);
    private static final PipelineContainer FAR = container("https://far.blob.core.windows.net/transfer", FAR_SAS);
    private static final ExportPipeline PIPELINE =
            new ExportPipeline(RunWorld.EXPORT, NEAR, Optional.of(FAR), Set.of(), Optional.of("client"));

    private final Vault vault = new Vault();
    private final List<StorageAccess> opened = new ArrayList<>();
    private final List<String> ends = new ArrayList<>();
    private final PipelineConnections connections = new PipelineConnections(
            RegistryDirectory.parse("""
                    {"lab":{"loginServer":"lab.example","anonymous":true}}""", CloudEndpoints.AZURE_PUBLIC, new ArrayList<>()),
            new AllowedHosts(Set.of(".azurecr.io", ".blob.core.windows.net", ".vault.azure.net"), Set.of()),
            vault,
            (uri, access) -> {
                opened.add(access);
                return new InMemoryBlobContainer(uri, CLOCK);
            },
            clientId -> scope -> "token of " + clientId,
            new SasValidator(CLOCK),
            RetryPolicy.DEFAULT,
            new RegistryPaces(Bandwidth.UNLIMITED, CLOCK, Sleeper.REAL),
            new ConnectionTelemetry() {
                @Override
                public void triesAgain(HostKind host, RetryListener.Reason reason) {}

                @Override
                public void sasEnds(SecretUri secret, ContainerUri container, Instant end, boolean rotated) {
                    ends.add("%s %s %s %s".formatted(secret.name(), container, end, rotated));
                }
            });

    @AfterEach
    void close() {
        connections.close();
    }

    @Test
    void opensAContainerByTheSasInItsSecret() throws IOException {
        vault.put(NEAR_SAS, VALID);

        assertThat(connections.container(PIPELINE, NEAR, SasRequirements.EXPORT).uri())
                .isEqualTo(NEAR.uri());

        assertThat(opened).singleElement().isInstanceOf(StorageAccess.Sas.class);
        assertThat(ends).containsExactly("near https://near.blob.core.windows.net/transfer 2026-04-01T00:00:00Z false");
    }

    @Test
    void opensAContainerWithoutASecretByIdentity() throws IOException {
        connections.container(PIPELINE, new PipelineContainer(NEAR.uri(), Optional.empty()), SasRequirements.EXPORT);

        assertThat(opened).containsExactly(new StorageAccess.Identity(Optional.of("client")));
    }

    @Test
    void saysAllThatIsWrongWithASasBeforeItIsUsed() {
        vault.put(NEAR_SAS, sas("2026-03-01T11:59:00Z", "r"));

        assertThatExceptionOfType(InvalidSasException.class)
                .isThrownBy(() -> connections.container(PIPELINE, NEAR, SasRequirements.EXPORT))
                .withMessageStartingWith(
                        "the SAS in secret '%s' for container '%s' will not do: ".formatted(NEAR_SAS, NEAR.uri()))
                .withMessageEndingWith(
                        "; then: az keyvault secret set --vault-name v --name near --value \"<the new SAS>\"")
                .withMessageContainingAll("'se'", "'sp'")
                .withMessageNotContaining("hush");
        assertThat(opened).isEmpty();
    }

    @Test
    void warnsOfASasOnceUntilThereIsSomethingNewToSay() throws IOException {
        vault.put(NEAR_SAS, sas("2026-03-10T00:00:00Z", "racwld"));
        List<String> warnings = LoggedLines.by(PipelineConnections.class, () -> {
            connections.container(PIPELINE, NEAR, SasRequirements.EXPORT);
            connections.container(PIPELINE, NEAR, SasRequirements.EXPORT);
            connections.container(PIPELINE, NEAR, SasRequirements.EXPORT, Duration.ofDays(20));
        });

        assertThat(warnings).hasSize(2).allMatch(line -> line.contains(NEAR_SAS.toString()));
        assertThat(warnings.getFirst()).contains("of which 'd' is not used").doesNotContain("present rate");
        assertThat(warnings.getLast()).contains("before the run will be over at its present rate");
    }

    @Test
    void readsASasThatWillNotDoAgainBeforeItGivesUp() throws IOException {
        for (String old : List.of(EXPIRED, "no SAS at all")) {
            vault.put(NEAR_SAS, old);
            assertThatExceptionOfType(InvalidSasException.class)
                    .isThrownBy(() -> connections.container(PIPELINE, NEAR, SasRequirements.EXPORT));
            vault.rotate(NEAR_SAS, VALID);

            connections.container(PIPELINE, NEAR, SasRequirements.EXPORT);
        }
        assertThat(opened).hasSize(2);
    }

    @Test
    void renewsTheSecretsOfBothContainersAndSaysWhetherOneChanged() throws IOException {
        vault.put(NEAR_SAS, VALID);
        vault.put(FAR_SAS, VALID);
        Set<Digest> used = connections.secretsInUse(PIPELINE);
        assertThat(connections.renewSecrets(PIPELINE, used)).isFalse();

        vault.rotate(FAR_SAS, VALID + "2");

        assertThat(connections.renewSecrets(PIPELINE, used)).isTrue();
        // Another step that began with the old one meets the new one in the cache, and has the same right to go on.
        assertThat(connections.renewSecrets(PIPELINE, used)).isTrue();
        assertThat(connections.renewSecrets(PIPELINE, connections.secretsInUse(PIPELINE)))
                .isFalse();
    }

    @Test
    void sendsNothingToHostsThatAreNotAllowed() {
        PipelineContainer elsewhere = container("https://store.example/transfer", NEAR_SAS);
        PipelineContainer foreignVault = container(
                "https://near.blob.core.windows.net/transfer", SecretUri.parse("https://vault.example/secrets/a"));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> connections.container(PIPELINE, elsewhere, SasRequirements.EXPORT))
                .withMessageContaining("'store.example', which is not among the hosts");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> connections.container(PIPELINE, foreignVault, SasRequirements.EXPORT))
                .withMessageContaining("'vault.example', which is not among the hosts");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> connections.registry(exportOf("lab")))
                .withMessageContaining("'lab.example', which is not among the hosts");
        assertThat(vault.reads).isZero();
    }

    @Test
    void keepsARegistryOpenForAllItsPipelines() {
        Registry contoso = connections.registry(exportOf("contoso"));

        assertThat(contoso.name()).isEqualTo("contoso.azurecr.io");
        assertThat(connections.registry(exportOf("contoso"))).isSameAs(contoso);
        assertThat(connections.registry(exportOf("fabrikam"))).isNotSameAs(contoso);
    }

    private static ExportPipeline exportOf(String registry) {
        return new ExportPipeline(
                ResourceId.of("s", "rg", registry, RunWorld.EXPORT.type(), "out"),
                NEAR,
                Optional.empty(),
                Set.of(),
                Optional.empty());
    }

    private static PipelineContainer container(String uri, SecretUri secret) {
        return new PipelineContainer(ContainerUri.parse(uri), Optional.of(secret));
    }

    private static String sas(String expiry, String permissions) {
        return "sv=2024-11-04&sr=c&sp=%s&se=%s&spr=https&sig=hush".formatted(permissions, expiry.replace(":", "%3A"));
    }

    /** A vault whose values are kept by its reader until they are forgotten. */
    private static final class Vault implements SecretStore {

        private final Map<SecretUri, String> stored = new HashMap<>();
        private final Map<SecretUri, String> kept = new HashMap<>();
        private int reads;

        void put(SecretUri secret, String value) {
            stored.put(secret, value);
            kept.put(secret, value);
        }

        /** A new value, which the reader of a kept one does not see. */
        void rotate(SecretUri secret, String value) {
            stored.put(secret, value);
        }

        @Override
        public String read(SecretUri secret, Optional<String> clientId) {
            assertThat(clientId).contains("client");
            reads++;
            return Objects.requireNonNull(
                    kept.computeIfAbsent(secret, unused -> Objects.requireNonNull(stored.get(secret))));
        }

        @Override
        public void forget(SecretUri secret) {
            kept.remove(secret);
        }
    }
}

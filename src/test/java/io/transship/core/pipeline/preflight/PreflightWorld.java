package io.transship.core.pipeline.preflight;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.cloud.CloudEndpoints;
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
import io.transship.core.pipeline.preflight.PreflightCheck.Verdict;
import io.transship.core.sas.SasValidator;
import io.transship.core.storage.BlobOperation;
import io.transship.core.storage.ContainerUri;
import io.transship.core.storage.FailingBlobContainer;
import io.transship.core.storage.InMemoryBlobContainer;
import io.transship.core.storage.SecretUri;
import io.transship.core.storage.StorageAccess;
import io.transship.core.storage.StorageException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Everything around a preflight, in memory and in order, for tests to break one thing of. */
final class PreflightWorld {

    static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    static final String SIGNATURE = "hush-hush";
    static final String REPOSITORY = "samples/app";
    static final SecretUri NEAR_SAS = SecretUri.parse("https://keys.vault.azure.net/secrets/near");
    static final SecretUri FAR_SAS = SecretUri.parse("https://keys.vault.azure.net/secrets/far");
    static final SecretUri PASSWORD = SecretUri.parse("https://keys.vault.azure.net/secrets/password");
    static final ContainerUri NEAR = ContainerUri.parse("https://near.blob.core.windows.net/transfer");
    static final ContainerUri FAR = ContainerUri.parse("https://far.blob.core.windows.net/transfer");

    static final String OBJECT_ID = "aaaaaaaa-0000-0000-0000-000000000001";

    final FakeNetwork network = new FakeNetwork();
    final FakeRegistry registry = new FakeRegistry();
    final FakeVault vault = new FakeVault();
    final Map<ContainerUri, InMemoryBlobContainer> containers = new ConcurrentHashMap<>();
    final Map<BlobOperation, StorageException.Kind> refused = new EnumMap<>(BlobOperation.class);
    final List<StorageAccess> opened = new CopyOnWriteArrayList<>();
    Preflight.Limits limits = new Preflight.Limits(Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofMinutes(5));
    Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    String token = jwt("{\"oid\":\"%s\",\"appid\":\"app-1\",\"tid\":\"tenant-1\"}".formatted(OBJECT_ID));

    @Nullable IOException noToken;

    PreflightWorld() throws IOException {
        vault.values.put(NEAR_SAS, sas("rawl", "2026-04-01"));
        vault.values.put(FAR_SAS, sas("rawl", "2026-04-01"));
        vault.values.put(PASSWORD, "pass-word");
        containers.put(NEAR, new InMemoryBlobContainer(NEAR, clock));
        containers.put(FAR, new InMemoryBlobContainer(FAR, clock));
        TestArtifacts artifacts = new TestArtifacts(1);
        Manifest image = artifacts.image(1);
        registry.memory.seed(REPOSITORY, "v1", image, artifacts);
    }

    static String sas(String letters, String end) {
        return "?sv=2024-11-04&sr=c&sp=%s&se=%s&spr=https&sig=%s".formatted(letters, end, SIGNATURE);
    }

    static String jwt(String claims) {
        Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
        return "%s.%s.%s"
                .formatted(
                        encoder.encodeToString("{\"alg\":\"none\"}".getBytes(UTF_8)),
                        encoder.encodeToString(claims.getBytes(UTF_8)),
                        encoder.encodeToString(SIGNATURE.getBytes(UTF_8)));
    }

    /** Out of the registry {@code lab} (password), {@code open} (anonymous) or any other (identity), by SAS, with a relay. */
    static ExportPipeline exportOf(String registryName) {
        return new ExportPipeline(
                id(registryName, ResourceId.Type.EXPORT_PIPELINE),
                new PipelineContainer(NEAR, Optional.of(NEAR_SAS)),
                Optional.of(new PipelineContainer(FAR, Optional.of(FAR_SAS))),
                Set.of(),
                Optional.empty());
    }

    /** Into a registry, by identity. */
    static ImportPipeline importTo(String registryName, PipelineOption... options) {
        return new ImportPipeline(
                id(registryName, ResourceId.Type.IMPORT_PIPELINE),
                new PipelineContainer(FAR, Optional.empty()),
                Pipeline.Trigger.ENABLED,
                Set.of(options),
                Optional.of("client-1"));
    }

    PreflightReport check(Pipeline pipeline, String... repositories) throws IOException {
        List<String> problems = new ArrayList<>();
        RegistryDirectory directory =
                RegistryDirectory.parse("""
                {"lab":{"loginServer":"lab.example","username":"reader","passwordSecretUri":"%s"},
                 "open":{"loginServer":"open.example","anonymous":true}}""".formatted(PASSWORD), CloudEndpoints.AZURE_PUBLIC, problems);
        assertThat(problems).isEmpty();
        PreflightReport report = new Preflight(
                        directory,
                        new AllowedHosts(
                                Set.of(".azurecr.io", ".blob.core.windows.net", ".vault.azure.net"),
                                Set.of("lab.example", "open.example")),
                        vault,
                        (uri, access) -> {
                            opened.add(access);
                            return new FailingBlobContainer(Objects.requireNonNull(containers.get(uri)), this::refuse);
                        },
                        clientId -> scope -> token(),
                        new SasValidator(Clock.fixed(NOW, ZoneOffset.UTC)),
                        network,
                        limits,
                        registry::open,
                        clock,
                        new Random(1))
                .check(pipeline, List.of(repositories));
        assertThat(report.toString()).doesNotContain(SIGNATURE, "pass-word", "sig=", token);
        assertThat(report.checks())
                .filteredOn(check -> check.verdict() == Verdict.FAILED || check.verdict() == Verdict.WARNING)
                .allSatisfy(check -> assertThat(check.action()).isNotEmpty());
        return report;
    }

    private String token() throws IOException {
        if (noToken != null) {
            throw noToken;
        }
        return token;
    }

    private void refuse(FailingBlobContainer.Moment moment, BlobOperation operation, String subject)
            throws StorageException {
        StorageException.Kind kind = refused.get(operation);
        if (moment == FailingBlobContainer.Moment.BEFORE && kind != null) {
            throw new StorageException(kind, "%s failed: %s".formatted(operation, kind));
        }
    }

    private static ResourceId id(String registryName, ResourceId.Type type) {
        return ResourceId.of("sub-1", "Group", registryName, type, "pipeline");
    }
}

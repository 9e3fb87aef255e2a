package io.transship.azure;

import com.azure.core.credential.AccessToken;
import io.transship.azure.blob.AzureBlobContainers;
import io.transship.azure.blob.AzureSasIssuer;
import io.transship.azure.identity.AzureIdentities;
import io.transship.azure.vault.KeyVaultSecrets;
import io.transship.core.cloud.CloudEndpoints;
import io.transship.core.content.Bandwidth;
import io.transship.core.content.Sleeper;
import io.transship.core.pipeline.AllowedHosts;
import io.transship.core.pipeline.Pipeline;
import io.transship.core.pipeline.Pipeline.ExportPipeline;
import io.transship.core.pipeline.PipelineContainer;
import io.transship.core.pipeline.Pipelines;
import io.transship.core.pipeline.RegistryDirectory;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.SasRotation;
import io.transship.core.pipeline.execution.PipelineConnections;
import io.transship.core.pipeline.rotation.InMemoryRotationRecords;
import io.transship.core.pipeline.rotation.SasRenewal;
import io.transship.core.pipeline.rotation.SasRotator;
import io.transship.core.pipeline.telemetry.ConnectionTelemetry;
import io.transship.core.registry.http.RetryPolicy;
import io.transship.core.registry.pace.RegistryPaces;
import io.transship.core.sas.SasToken;
import io.transship.core.sas.SasValidator;
import io.transship.core.storage.BlobContainer;
import io.transship.core.storage.ContainerUri;
import io.transship.core.storage.SecretUri;
import io.transship.core.storage.StorageAccess;
import io.transship.local.AzuriteServer;
import io.transship.local.Certificates;
import io.transship.local.CloudStorage;
import io.transship.local.IdentityServer;
import io.transship.local.KeyVaultServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import reactor.core.publisher.Mono;

/** Rotation over the real SDK: Azurite, and the doubles of Key Vault and identity. For one test at a time. */
final class RealRotation implements Pipelines, AutoCloseable {

    static final String ACCOUNT = "store";
    static final ResourceId OUT = ResourceId.of("s", "g", "lab", ResourceId.Type.EXPORT_PIPELINE, "out");
    private static final Clock CLOCK = Clock.systemUTC();

    final AzuriteServer azurite;
    final CloudStorage storage;
    final List<Pipeline> pipelines = new CopyOnWriteArrayList<>();
    final InMemoryRotationRecords records = new InMemoryRotationRecords();
    final KeyVaultSecrets secrets;
    final AzureBlobContainers containers;
    /** What storage tokens are for; another audience is refused by the service. */
    volatile String storageAudience = "https://storage.azure.com";

    private final Certificates certificates;
    private final IdentityServer identity;
    private final AzureIdentities identities;
    private final AzureHttp http;
    KeyVaultServer vault;

    RealRotation(Path directory) throws IOException {
        certificates = Certificates.create(directory);
        azurite = AzuriteServer.start(AzuriteServer.Options.of(ACCOUNT).withHttps(certificates));
        storage = new CloudStorage(azurite, certificates);
        identity = IdentityServer.start(CLOCK);
        vault = KeyVaultServer.start(certificates, CLOCK);
        http = QuickRetries.http(certificates, 2);
        identities = new AzureIdentities(clientId ->
                request -> Mono.fromCallable(() -> token(request.getScopes().getFirst())));
        secrets = new KeyVaultSecrets(identities, Duration.ofMinutes(5), CLOCK, () -> http);
        containers = new AzureBlobContainers(identities, () -> http);
    }

    SasRotator rotator() {
        SasRenewal renewal = new SasRenewal(
                allowed(),
                secrets,
                secrets,
                new AzureSasIssuer(identities, () -> http),
                containers,
                new SasValidator(CLOCK),
                CLOCK);
        return new SasRotator(this, renewal, records, () -> UUID.randomUUID().toString(), CLOCK, outcome -> {});
    }

    PipelineConnections connections() {
        return new PipelineConnections(
                RegistryDirectory.parse("", CloudEndpoints.AZURE_PUBLIC, new ArrayList<>()),
                allowed(),
                secrets,
                containers,
                identities::tokens,
                new SasValidator(CLOCK),
                RetryPolicy.DEFAULT,
                new RegistryPaces(Bandwidth.UNLIMITED, CLOCK, Sleeper.REAL),
                ConnectionTelemetry.NONE);
    }

    /** One pipeline, with a container of that name and its SAS in the secret of that name. */
    ExportPipeline exporting(String name, SasRotation rotation) {
        storage.container(ACCOUNT, name).createIfNotExists();
        ExportPipeline pipeline = new ExportPipeline(
                OUT,
                new PipelineContainer(container(name), Optional.of(secret(name)), Optional.of(rotation)),
                Optional.empty(),
                Set.of(),
                Optional.empty());
        pipelines.clear();
        pipelines.add(pipeline);
        return pipeline;
    }

    SasRotation byAccountKey() {
        return new SasRotation.ByAccountKey(secret("account-key"), Duration.ofDays(30));
    }

    ContainerUri container(String name) {
        return ContainerUri.parse(azurite.blobEndpoint(ACCOUNT) + "/" + name);
    }

    SecretUri secret(String name) {
        return SecretUri.parse(vault.secretUri(name).toString());
    }

    SasToken token(SecretUri secret) {
        return SasToken.parse(vault.value(secret.name()).orElseThrow());
    }

    BlobContainer openedBy(SecretUri secret, String container) {
        return containers.open(container(container), new StorageAccess.Sas(token(secret)));
    }

    @Override
    public Optional<Pipeline> find(ResourceId id) {
        return pipelines.stream().filter(pipeline -> pipeline.id().equals(id)).findFirst();
    }

    @Override
    public List<Pipeline> all() {
        return List.copyOf(pipelines);
    }

    @Override
    public void close() {
        vault.close();
        identity.close();
        azurite.close();
    }

    private static AllowedHosts allowed() {
        return new AllowedHosts(Set.of(), Set.of("127.0.0.1"));
    }

    private AccessToken token(String scope) throws IOException {
        String resource = scope.replace("/.default", "");
        return new AccessToken(
                identity.token(resource.contains("storage") ? storageAudience : resource),
                OffsetDateTime.now(ZoneOffset.UTC).plusHours(1));
    }
}

package io.transship.core.pipeline.rotation;

import io.transship.core.cloud.CloudEndpoints;
import io.transship.core.content.Bandwidth;
import io.transship.core.content.Sleeper;
import io.transship.core.pipeline.AllowedHosts;
import io.transship.core.pipeline.Pipeline;
import io.transship.core.pipeline.Pipeline.ExportPipeline;
import io.transship.core.pipeline.Pipeline.ImportPipeline;
import io.transship.core.pipeline.Pipeline.Trigger;
import io.transship.core.pipeline.PipelineContainer;
import io.transship.core.pipeline.PipelineOption;
import io.transship.core.pipeline.Pipelines;
import io.transship.core.pipeline.RegistryDirectory;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.SasRotation;
import io.transship.core.pipeline.execution.PipelineConnections;
import io.transship.core.pipeline.telemetry.ConnectionTelemetry;
import io.transship.core.registry.http.RetryPolicy;
import io.transship.core.registry.pace.RegistryPaces;
import io.transship.core.sas.SasGrant;
import io.transship.core.sas.SasPermission;
import io.transship.core.sas.SasToken;
import io.transship.core.sas.SasValidator;
import io.transship.core.storage.BlobContainer;
import io.transship.core.storage.ContainerUri;
import io.transship.core.storage.FailingBlobContainer;
import io.transship.core.storage.InMemoryBlobContainer;
import io.transship.core.storage.SasIssuer;
import io.transship.core.storage.SasIssuer.Signer;
import io.transship.core.storage.SecretUri;
import io.transship.core.storage.StorageAccess;
import io.transship.core.storage.StorageException;
import io.transship.core.storage.StorageException.Kind;
import io.transship.core.transfer.SetClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** All that a rotation works on, in memory: a vault, containers that refuse what a test says, and who signs. */
final class RotationWorld implements Pipelines {

    static final SecretUri SECRET = secret("sas");
    static final SecretUri KEY = secret("key1");
    static final ContainerUri NEAR = ContainerUri.parse("https://near.blob.core.windows.net/transfer");
    static final ContainerUri FAR = ContainerUri.parse("https://far.blob.core.windows.net/inbox");
    static final SasRotation WEEKLY = new SasRotation.ByDelegation(Duration.ofDays(7));
    static final SasRotation MONTHLY = new SasRotation.ByAccountKey(KEY, Duration.ofDays(30));

    private static final AllowedHosts ALLOWED =
            new AllowedHosts(Set.of(".blob.core.windows.net", ".vault.azure.net"), Set.of());

    /** Comes between a look and what follows it. */
    interface Interruption {
        void come() throws IOException;
    }

    final SetClock clock = new SetClock(Instant.parse("2026-03-10T12:00:00Z"));
    final VersionedVault vault = new VersionedVault();
    final InMemoryRotationRecords records = new InMemoryRotationRecords();
    final List<Pipeline> pipelines = new CopyOnWriteArrayList<>();
    final List<Signer> signers = new CopyOnWriteArrayList<>();
    final Set<ContainerUri> closed = new HashSet<>();
    Kind answer = Kind.ACCESS_DENIED;
    String acceptedKey = "a2V5";
    Interruption beforeIssuing = () -> {};
    private final AtomicInteger signatures = new AtomicInteger();
    private final AtomicInteger claims = new AtomicInteger();

    SasRotator rotator() {
        return rotator(records);
    }

    SasRotator rotator(RotationRecords seen) {
        return rotator(this::issue, seen);
    }

    SasRotator rotator(SasIssuer issuer) {
        return rotator(issuer, records);
    }

    private SasRotator rotator(SasIssuer issuer, RotationRecords seen) {
        SasRenewal renewal = new SasRenewal(
                ALLOWED,
                vault,
                vault,
                issuer,
                (uri, access) -> container(uri, (StorageAccess.Sas) access),
                new SasValidator(clock),
                clock);
        return new SasRotator(this, renewal, seen, () -> "claim-" + claims.incrementAndGet(), clock, outcome -> {});
    }

    /** As runs open containers, without rotation. */
    PipelineConnections connections() {
        return new PipelineConnections(
                RegistryDirectory.parse("", CloudEndpoints.AZURE_PUBLIC, new ArrayList<>()),
                ALLOWED,
                vault,
                (uri, access) -> container(uri, (StorageAccess.Sas) access),
                identity -> scope -> "token",
                new SasValidator(clock),
                RetryPolicy.DEFAULT,
                new RegistryPaces(Bandwidth.UNLIMITED, clock, Sleeper.REAL),
                ConnectionTelemetry.NONE);
    }

    /** Signs as the service would, with the key's name for a signature. */
    SasToken issue(ContainerUri container, SasGrant grant, Signer signer) throws IOException {
        beforeIssuing.come();
        signers.add(signer);
        String delegation = "&skoid=o&sktid=t&skt=%s&ske=%s&sks=b&skv=2024-11-04".formatted(grant.start(), grant.end());
        String key = signer instanceof Signer.AccountKey byKey ? byKey.key() : acceptedKey;
        return SasToken.parse("sv=2024-11-04&sr=c&sp=%s&st=%s&se=%s&spr=https%s&sig=%s.%d"
                .formatted(
                        SasPermission.letters(grant.permissions()),
                        grant.start(),
                        grant.end(),
                        signer instanceof Signer.Identity ? delegation : "",
                        key,
                        signatures.incrementAndGet()));
    }

    private BlobContainer container(ContainerUri uri, StorageAccess.Sas access) {
        return new FailingBlobContainer(new InMemoryBlobContainer(uri, clock), (moment, operation, subject) -> {
            if (closed.contains(uri) || !access.token().toQuery().contains("sig=" + acceptedKey)) {
                throw new StorageException(answer, "list container failed: 403 AuthenticationFailed");
            }
        });
    }

    String valueNow() throws IOException {
        return vault.read(SECRET, Optional.empty());
    }

    SasToken tokenNow() throws IOException {
        return SasToken.parse(valueNow());
    }

    RotationRecord recordNow() {
        return records.find(SECRET).orElseThrow().record();
    }

    void exporting(String name, SasRotation rotation) {
        exporting(name, new PipelineContainer(NEAR, Optional.of(SECRET), Optional.of(rotation)), Optional.empty());
    }

    void exporting(String name, PipelineContainer target, Optional<PipelineContainer> relay) {
        pipelines.add(new ExportPipeline(
                ResourceId.of("s", "g", "contoso", ResourceId.Type.EXPORT_PIPELINE, name),
                target,
                relay,
                Set.of(),
                Optional.of("mover")));
    }

    void importing(String name, PipelineContainer source, PipelineOption... options) {
        pipelines.add(new ImportPipeline(
                ResourceId.of("s", "g", "contoso", ResourceId.Type.IMPORT_PIPELINE, name),
                source,
                Trigger.ENABLED,
                Set.of(options),
                Optional.empty()));
    }

    static PipelineContainer container(ContainerUri uri, String secret, Optional<SasRotation> rotation) {
        return new PipelineContainer(uri, Optional.of(secret(secret)), rotation);
    }

    static SecretUri secret(String name) {
        return SecretUri.parse("https://v.vault.azure.net/secrets/" + name);
    }

    @Override
    public Optional<Pipeline> find(ResourceId id) {
        return pipelines.stream().filter(pipeline -> pipeline.id().equals(id)).findFirst();
    }

    @Override
    public List<Pipeline> all() {
        return new ArrayList<>(pipelines);
    }
}

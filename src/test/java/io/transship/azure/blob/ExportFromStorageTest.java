package io.transship.azure.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.transship.azure.AzureHttp;
import io.transship.azure.QuickRetries;
import io.transship.azure.identity.AzureIdentities;
import io.transship.core.archive.ArchivePlan;
import io.transship.core.oci.Descriptor;
import io.transship.core.oci.Manifest;
import io.transship.core.oci.MediaType;
import io.transship.core.oci.Reference;
import io.transship.core.oci.TestArtifacts;
import io.transship.core.registry.InMemoryRegistry;
import io.transship.core.registry.Registry;
import io.transship.core.registry.RegistryClient;
import io.transship.core.registry.RegistrySettings;
import io.transship.core.registry.Repository;
import io.transship.core.registry.auth.RegistryCredential;
import io.transship.core.sas.SasToken;
import io.transship.core.storage.BlobContainer;
import io.transship.core.storage.BlobName;
import io.transship.core.storage.BlobProperties;
import io.transship.core.storage.ContainerUri;
import io.transship.core.storage.StorageAccess;
import io.transship.core.storage.WriteMode;
import io.transship.core.transfer.CommitPoint;
import io.transship.core.transfer.Deadline;
import io.transship.core.transfer.Heard;
import io.transship.core.transfer.OnError;
import io.transship.core.transfer.SetClock;
import io.transship.core.transfer.Slice;
import io.transship.core.transfer.TransferException;
import io.transship.core.transfer.TransferSamples;
import io.transship.core.transfer.TransferSettings;
import io.transship.core.transfer.artifact.ArtifactExport;
import io.transship.core.transfer.artifact.WholeImport;
import io.transship.core.transfer.block.BlockBuffers;
import io.transship.core.transfer.block.SealResult;
import io.transship.local.AzuriteServer;
import io.transship.local.Certificates;
import io.transship.local.CloudStorage;
import io.transship.local.FetchingStorage;
import io.transship.local.RedirectingRegistry;
import io.transship.local.RegistryServer;
import io.transship.telemetry.LoggedLines;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Exports from a real registry, whose front leads to storage as Azure's registry does, into a real Azurite, whose front fetches
 * blocks from anywhere as Azure's storage does.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExportFromStorageTest {

    private static final String ACCOUNT = "toaccount";
    private static final BlobName NAME = new BlobName("archive.tar");
    private static final TransferSettings SETTINGS = new TransferSettings(64 * 1024, 2 * 1024 * 1024);
    private static final Deadline NEVER = Deadline.in(Duration.ofDays(1), Clock.systemUTC());
    private static final int LARGE_BYTES = 1_000_001;

    private final TestArtifacts artifacts = new TestArtifacts(11);
    private final Descriptor large = artifacts.blob(MediaType.OCI_LAYER, LARGE_BYTES);
    private final Descriptor small = artifacts.blob(MediaType.OCI_LAYER, 200_000);
    private final Manifest image = artifacts.imageOf(large, small);
    private final AtomicInteger containers = new AtomicInteger();
    private final BlockBuffers buffers = new BlockBuffers(1024 * 1024);
    private final SetClock clock = new SetClock(Instant.EPOCH);

    private RegistryServer registry;
    private RedirectingRegistry redirecting;
    private Registry source;
    private AzuriteServer azurite;
    private FetchingStorage front;
    private CloudStorage owner;
    private AzureHttp http;
    private AzureBlobContainers opener;
    private byte[] streamed;

    @BeforeAll
    void start(@TempDir Path directory) throws IOException {
        registry =
                RegistryServer.start(RegistryServer.Options.in(Files.createDirectories(directory.resolve("registry"))));
        redirecting = RedirectingRegistry.start(registry.uri());
        source = new RegistryClient(RegistrySettings.of(redirecting.uri(), new RegistryCredential.Anonymous()));
        Certificates certificates = Certificates.create(directory);
        azurite = AzuriteServer.start(AzuriteServer.Options.of(ACCOUNT).withHttps(certificates));
        front = FetchingStorage.start(certificates, azurite.blobEndpoint(ACCOUNT));
        owner = new CloudStorage(azurite, certificates);
        http = QuickRetries.http(certificates, 4);
        push();
        opener = opener(ServerSideCopies.off());
        BlobContainer plain = emptyContainer();
        streamed = bytes(plain, export(plain, new Heard()));
    }

    private void push() throws IOException {
        try (Registry owned =
                new RegistryClient(RegistrySettings.of(registry.uri(), new RegistryCredential.Anonymous()))) {
            Repository repository = owned.repository("team/app");
            for (Descriptor blob : image.children()) {
                repository.put(blob, () -> new ByteArrayInputStream(artifacts.content(blob)));
            }
            repository.putManifest(image, "1");
        }
    }

    @AfterAll
    void stop() {
        source.close();
        redirecting.close();
        registry.close();
        front.close();
        azurite.close();
    }

    /** Another process knows nothing of what this one found out. */
    @BeforeEach
    void startProcess() {
        front.reset();
        redirecting.reset();
        opener = opener(ServerSideCopies.off().andFromRegistries());
    }

    @Test
    void noByteOfALargeLayerCrossesTheAppAndSmallOnesAreStreamed() throws IOException {
        BlobContainer target = emptyContainer();
        Heard heard = new Heard();

        BlobProperties archive = export(target, heard);

        assertThat(redirecting.readByClients(large.digest().toString())).isZero();
        assertThat(redirecting.readByClients(small.digest().toString())).isEqualTo(200_000);
        assertThat(heard.copied).hasValue(LARGE_BYTES);
        assertThat(heard.sent).hasValue(archive.length() - LARGE_BYTES);
        assertThat(redirecting.asked())
                .as("once for all of its blocks")
                .containsOnlyOnce(large.digest().toString());
        assertThat(front.requests())
                .allMatch(request -> request.authorization().isEmpty())
                .extracting(FetchingStorage.Request::range)
                .contains("bytes=0-65535", "bytes=983040-1000000");
        assertThat(archive.metadata()).containsKey("transshipunhashed");
        assertThat(bytes(target, archive)).isEqualTo(streamed);
    }

    @Test
    void isOffUnlessItIsAskedFor() throws IOException {
        opener = opener(ServerSideCopies.within(Set.of(".blob.core.windows.net"), clock));
        BlobContainer target = emptyContainer();
        Heard heard = new Heard();

        BlobProperties archive = export(target, heard);

        assertThat(front.requests()).isEmpty();
        assertThat(redirecting.asked()).containsOnlyOnce(large.digest().toString());
        assertThat(heard.sent).hasValue(archive.length());
        assertThat(archive.metadata()).doesNotContainKey("transshipunhashed");
        assertThat(bytes(target, archive)).isEqualTo(streamed);
    }

    @Test
    void aServiceThatDoesNotReachTheStorageIsAskedOnceAndThenEverythingIsStreamed() throws IOException {
        opener = opener(ServerSideCopies.within(Set.of(), clock).andFromRegistries());
        // The real Azurite fetches from nobody but itself.
        front.leaveItToAzurite();
        Heard heard = new Heard();
        BlobContainer target = emptyContainer();

        List<String> said = LoggedLines.by(ServerSideCopies.class, () -> {
            BlobProperties archive = export(target, heard);
            assertThat(bytes(target, archive)).isEqualTo(streamed);
            export(emptyContainer(), new Heard());
        });

        assertThat(front.requests()).as("for two exports").hasSize(1);
        assertThat(heard.copied).hasValue(0);
        assertThat(said)
                .hasSize(1)
                .first()
                .asString()
                .startsWith("the service of account 'toaccount' cannot fetch contents from '127.0.0.1' by itself (")
                .endsWith("); they are streamed through this app for an hour, then it is tried again");
        clock.advance(Duration.ofHours(1));
        front.reset();
        Heard later = new Heard();
        export(emptyContainer(), later);
        assertThat(later.copied).hasValue(LARGE_BYTES);
    }

    @Test
    void aRegistryThatServesItsContentsItselfIsAskedOnce() throws IOException {
        BlobContainer target = emptyContainer();
        try (Registry plain =
                new RegistryClient(RegistrySettings.of(registry.uri(), new RegistryCredential.Anonymous()))) {
            List<String> said = LoggedLines.by(ServerSideCopies.class, () -> {
                assertThat(bytes(target, export(plain, target, new Heard()))).hasSameSizeAs(streamed);
                export(plain, emptyContainer(), new Heard());
            });

            assertThat(said)
                    .containsExactly(
                            "registry '%s' serves contents itself, so that no storage service can fetch them; they are streamed through this app for an hour, then it is tried again"
                                    .formatted(registry.loginServer()));
        }
        assertThat(front.requests()).isEmpty();
    }

    @Test
    void aRedirectThatIsOverIsAskedForAnew() throws IOException {
        redirecting.endSignaturesAfter(3);
        BlobContainer target = emptyContainer();
        Heard heard = new Heard();

        BlobProperties archive = export(target, heard);

        assertThat(heard.copied).hasValue(LARGE_BYTES);
        assertThat(redirecting.asked().stream()
                        .filter(large.digest().toString()::equals)
                        .count())
                .as("once more for all blocks that were under way")
                .isEqualTo(2);
        assertThat(bytes(target, archive)).isEqualTo(streamed);
    }

    @Test
    void aWorkerGoesOnAfterOneThatDied() throws IOException {
        BlobContainer target = emptyContainer();
        front.getBusyAfter(6);
        assertThatExceptionOfType(TransferException.class)
                .isThrownBy(() -> export(target, new Heard()))
                .matches(TransferException::isTransient);
        long staged = target.stagedBlocks(NAME).stream()
                .filter(block -> block.id().endsWith("-copied-"))
                .count();
        assertThat(staged).isBetween(1L, 6L);
        startProcess();
        Heard heard = new Heard();

        BlobProperties archive = export(target, heard);

        // Of those that were cut off under way, some arrive all the same.
        assertThat(heard.saved.get()).isGreaterThanOrEqualTo(staged * SETTINGS.blockBytes());
        assertThat(heard.copied.get() + heard.saved.get()).isEqualTo(LARGE_BYTES);
        assertThat(heard.sent).hasValue(archive.length() - LARGE_BYTES);
        assertThat(bytes(target, archive)).isEqualTo(streamed);
    }

    @Test
    void theImporterRefusesWhatTheServiceFetchedWrong() throws IOException {
        // Each block of the layer, in the same way each time: requests may come twice.
        front.change(bytes -> {
            bytes[0] ^= 1;
            return bytes;
        });
        BlobContainer target = emptyContainer();
        export(target, new Heard());
        InMemoryRegistry arrived = new InMemoryRegistry("target.test");

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> WholeImport.into(arrived, target, NAME, SETTINGS))
                .withMessageContaining(large.digest().toString())
                .matches(e -> !TransferException.isTransient(e));

        assertThat(TransferSamples.tags(arrived)).isEmpty();
        assertThat(arrived.repository("team/app").has(large)).isFalse();
    }

    @Test
    void theSignatureOfARedirectIsShownNowhere() throws IOException {
        StringWriter shown = new StringWriter();
        PrintWriter printer = new PrintWriter(shown, true);
        List<String> lines = LoggedLines.by(ServerSideCopies.class, () -> {
            BlobProperties archive = export(emptyContainer(), new Heard());
            printer.println(archive);
            startProcess();
            front.leaveItToAzurite();
            export(emptyContainer(), new Heard());
            startProcess();
            front.getBusyAfter(0);
            try {
                export(emptyContainer(), new Heard());
            } catch (IOException e) {
                e.printStackTrace(printer);
            }
        });
        lines.forEach(printer::println);

        assertThat(lines).isNotEmpty();
        assertThat(shown.toString()).contains("503 ServerBusy").doesNotContain("hush", "sig=hush", "se=2026");
        assertThat(redirecting.signatures()).isNotEmpty().allMatch(signature -> signature.startsWith("hush"));
    }

    private AzureBlobContainers opener(ServerSideCopies copies) {
        return new AzureBlobContainers(new AzureIdentities(Map.of()), copies, () -> http);
    }

    private BlobProperties export(BlobContainer target, Heard heard) throws IOException {
        return export(source, target, heard);
    }

    private BlobProperties export(Registry from, BlobContainer target, Heard heard) throws IOException {
        ArtifactExport export = new ArtifactExport(from, target, NAME, WriteMode.CREATE_NEW, OnError.STOP);
        ArchivePlan plan = export.plan(List.of(Reference.parse("team/app:1")), Map.of());
        for (Slice slice : ArtifactExport.slices(plan, SETTINGS)) {
            assertThat(export.move(plan, SETTINGS, "run", slice.number(), buffers, NEVER, heard)
                            .finished())
                    .isTrue();
        }
        return ((SealResult.Sealed) export.seal(plan, SETTINGS, "run", CommitPoint.OPEN)).archive();
    }

    private BlobContainer emptyContainer() {
        String name = "container-" + containers.incrementAndGet();
        owner.container(ACCOUNT, name).create();
        return opener.open(
                ContainerUri.parse(front.blobEndpoint(ACCOUNT) + "/" + name),
                new StorageAccess.Sas(SasToken.parse(owner.sas(ACCOUNT, name, "rwl", Duration.ofHours(1)))));
    }

    private static byte[] bytes(BlobContainer container, BlobProperties blob) throws IOException {
        return container.open(blob).read(0, Math.toIntExact(blob.length()));
    }
}

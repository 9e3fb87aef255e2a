package io.transship.azure.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.azure.core.credential.AccessToken;
import io.transship.azure.AzureHttp;
import io.transship.azure.QuickRetries;
import io.transship.azure.identity.AzureIdentities;
import io.transship.core.archive.ArchivePlan;
import io.transship.core.registry.InMemoryRegistry;
import io.transship.core.sas.SasToken;
import io.transship.core.storage.BlobContainer;
import io.transship.core.storage.BlobName;
import io.transship.core.storage.BlobProperties;
import io.transship.core.storage.ContainerUri;
import io.transship.core.storage.StorageAccess;
import io.transship.core.storage.StorageException;
import io.transship.core.storage.WriteMode;
import io.transship.core.transfer.CommitPoint;
import io.transship.core.transfer.Deadline;
import io.transship.core.transfer.Heard;
import io.transship.core.transfer.OnError;
import io.transship.core.transfer.SetClock;
import io.transship.core.transfer.Slice;
import io.transship.core.transfer.TransferException;
import io.transship.core.transfer.TransferListener;
import io.transship.core.transfer.TransferSamples;
import io.transship.core.transfer.TransferSettings;
import io.transship.core.transfer.artifact.ArtifactExport;
import io.transship.core.transfer.artifact.WholeImport;
import io.transship.core.transfer.block.ArchiveRelay;
import io.transship.core.transfer.block.BlockBuffers;
import io.transship.core.transfer.block.SealResult;
import io.transship.local.AzuriteServer;
import io.transship.local.Certificates;
import io.transship.local.CloudStorage;
import io.transship.local.FetchingStorage;
import io.transship.local.IdentityServer;
import io.transship.telemetry.LoggedLines;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;

/** Relays between two accounts of a real Azurite, whose front fetches blocks also where Azurite itself does not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServerSideCopyTest {

    private static final String FROM = "fromaccount";
    private static final String TO = "toaccount";
    private static final BlobName NAME = new BlobName("exports/archive 1%2B+#?&ü.tar");
    private static final TransferSettings SETTINGS = new TransferSettings(64 * 1024, 256 * 1024);
    private static final Deadline NEVER = Deadline.in(Duration.ofDays(1), Clock.systemUTC());
    private static final Duration LIFE = Duration.ofHours(1);

    private final AtomicInteger containers = new AtomicInteger();
    private final BlockBuffers buffers = new BlockBuffers(1024 * 1024);
    private final SetClock clock = new SetClock(Instant.EPOCH);
    private final TransferSamples samples;

    private AzuriteServer azurite;
    private FetchingStorage front;
    private IdentityServer identity;
    private CloudStorage owner;
    private AzureHttp http;
    private AzureBlobContainers opener;
    private BlobContainer archives;
    private BlobProperties archive;

    ServerSideCopyTest() throws IOException {
        samples = new TransferSamples();
    }

    @BeforeAll
    void start(@TempDir Path directory) throws IOException {
        Certificates certificates = Certificates.create(directory);
        azurite = AzuriteServer.start(AzuriteServer.Options.of(FROM, TO).withHttps(certificates));
        front = FetchingStorage.start(certificates, azurite.blobEndpoint(TO));
        identity = IdentityServer.start(Clock.systemUTC());
        owner = new CloudStorage(azurite, certificates);
        http = QuickRetries.http(certificates, 4);
        startProcess();
        String name = createContainer(FROM);
        archives = open(azurite.blobEndpoint(FROM), FROM, name, "sas", "rl");
        archive = export(open(azurite.blobEndpoint(FROM), FROM, name, "sas", "rwl"));
    }

    @AfterAll
    void stop() {
        identity.close();
        front.close();
        azurite.close();
    }

    /** Another process knows nothing of what this one found out. */
    @BeforeEach
    void startProcess() {
        front.reset();
        AzureIdentities identities = new AzureIdentities(unused -> request -> Mono.fromCallable(() -> new AccessToken(
                identity.token(request.getScopes().getFirst().replace("/.default", "")),
                OffsetDateTime.now(ZoneOffset.UTC).plus(LIFE))));
        opener = new AzureBlobContainers(
                identities, ServerSideCopies.within(Set.of(".blob.core.windows.net"), clock), () -> http);
    }

    @ParameterizedTest
    @CsvSource({"sas, sas", "identity, sas", "sas, identity", "identity, identity"})
    void copiesFromAccountToAccountWhateverOpensThem(String from, String to) throws IOException {
        BlobContainer source =
                open(azurite.blobEndpoint(FROM), FROM, archives.uri().container(), from, "rl");
        BlobContainer target = open(front.blobEndpoint(TO), TO, createContainer(TO), to, "rwl");
        Heard heard = new Heard();

        relay(source, target, heard);

        assertThat(heard.copied).hasValue(archive.length());
        assertThat(heard.sent).hasValue(0);
        // A request may have been tried again.
        assertThat(front.requests())
                .allMatch(request -> request.authorization().isPresent() == from.equals("identity"))
                .allMatch(request -> (request.source().getRawQuery() != null) == from.equals("sas"))
                .extracting(FetchingStorage.Request::range)
                .contains("bytes=0-65535", "bytes=65536-131071");
        assertSame(target);
    }

    @Test
    void theRealAzuriteFetchesWithinItself() throws IOException {
        BlobContainer target = open(azurite.blobEndpoint(TO), TO, createContainer(TO), "sas", "rwl");
        Heard heard = new Heard();

        relay(archives, target, heard);

        assertThat(heard.copied).hasValue(archive.length());
        assertThat(heard.sent).hasValue(0);
        assertSame(target);
    }

    @Test
    void aServiceThatDoesNotReachTheSourceIsAskedOnceAndThenEverythingIsStreamed() throws IOException {
        // The real Azurite knows no source but itself, and this one is behind another port.
        front.leaveItToAzurite();
        BlobContainer elsewhere =
                open(front.blobEndpoint(FROM), FROM, archives.uri().container(), "sas", "rl");
        BlobContainer target = emptyContainer();
        Heard heard = new Heard();

        List<String> said = LoggedLines.by(ServerSideCopies.class, () -> relay(elsewhere, target, heard));

        assertThat(front.requests()).hasSize(1);
        assertThat(said)
                .containsExactly(
                        "the service of account 'toaccount' cannot fetch blocks from account 'fromaccount' by itself (404 CannotVerifyCopySource); they are streamed through this app for an hour, then it is tried again");
        assertThat(heard.sent).hasValue(archive.length());
        assertThat(heard.copied).hasValue(0);
        assertSame(target);

        clock.advance(Duration.ofHours(1));
        front.reset();
        Heard later = new Heard();
        relay(elsewhere, emptyContainer(), later);
        assertThat(later.copied).hasValue(archive.length());
    }

    @Test
    void aSourceThatDoesNotOpenForTheServiceIsLeftToTheApp() throws IOException {
        BlobContainer closed =
                open(azurite.blobEndpoint(FROM), FROM, archives.uri().container(), "sas", "l");
        BlobContainer target = emptyContainer();

        List<String> said = LoggedLines.by(ServerSideCopies.class, () -> {
            assertThat(target.stageBlockFrom(NAME, "id-1", closed.open(archive), 0, 10))
                    .isFalse();
            assertThat(target.stageBlockFrom(NAME, "id-1", closed.open(archive), 0, 10))
                    .isFalse();
        });

        assertThat(front.requests()).hasSize(1);
        assertThat(said)
                .hasSize(1)
                .first()
                .asString()
                .contains("(403 CannotVerifyCopySource, the source says AuthorizationPermissionMismatch)");
        assertThat(target.stagedBlocks(NAME)).isEmpty();
    }

    @Test
    void aTargetThatRefusesItsOwnSasSaysSoAsForBlocksThatAreSent() {
        BlobContainer target = open(front.blobEndpoint(TO), TO, createContainer(TO), "sas", "rl");

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> target.stageBlockFrom(NAME, "id-1", archives.open(archive), 0, 10))
                .withMessageContaining("AuthorizationPermissionMismatch")
                .withMessageContaining("account 'toaccount'")
                .matches(e -> e.kind() == StorageException.Kind.ACCESS_DENIED);
    }

    @Test
    void aWorkerGoesOnAfterOneThatDied() throws IOException {
        BlobContainer target = emptyContainer();
        front.getBusyAfter(6);
        assertThatExceptionOfType(TransferException.class)
                .isThrownBy(() -> relay(archives, target, new Heard()))
                .withMessageContaining("503 ServerBusy")
                .matches(TransferException::isTransient);
        long staged = target.stagedBlocks(NAME).size();
        // The block that failed cuts off those that are under way with it.
        assertThat(staged).isBetween(1L, 6L);
        startProcess();
        Heard heard = new Heard();

        relay(archives, target, heard);

        assertThat(heard.copied).hasValue(archive.length() - staged * SETTINGS.blockBytes());
        assertSame(target);
    }

    @Test
    void anArchiveThatIsReplacedInTheMiddleIsNotRelayed() throws IOException {
        String name = createContainer(FROM);
        BlobContainer source = open(azurite.blobEndpoint(FROM), FROM, name, "sas", "rwl");
        BlobProperties first = source.write(NAME, new byte[300_000], WriteMode.CREATE_NEW, Map.of());
        BlobContainer target = emptyContainer();
        ArchiveRelay relay = new ArchiveRelay(source, target, NAME, WriteMode.CREATE_NEW);
        relay.move(first, SETTINGS, "run", 0, buffers, NEVER, TransferListener.NONE);
        source.write(NAME, new byte[300_000], WriteMode.OVERWRITE, Map.of());

        assertThatExceptionOfType(TransferException.class)
                .isThrownBy(() -> relay.move(first, SETTINGS, "run", 1, buffers, NEVER, TransferListener.NONE))
                .withMessageStartingWith("reading from source: copy blob '%s/%s' in account 'fromaccount'", name, NAME)
                .withMessageContaining("412 SourceConditionNotMet; the blob was replaced meanwhile")
                .matches(e -> !TransferException.isTransient(e));
        assertThat(relay.seal(first, SETTINGS, "run", CommitPoint.OPEN)).isInstanceOf(SealResult.Incomplete.class);
    }

    @Test
    void theImporterRefusesWhatTheServiceCopiedWrong() throws IOException {
        AtomicReference<byte @Nullable []> chosen = new AtomicReference<>();
        front.change(bytes -> {
            // Not just any byte: what pads an entry proves nothing. Blocks come in any order, and some more than once.
            if (isFull(bytes)) {
                chosen.compareAndSet(null, bytes.clone());
            }
            if (Arrays.equals(chosen.get(), bytes)) {
                for (int i = 0; i < bytes.length; i++) {
                    bytes[i] ^= 1;
                }
            }
            return bytes;
        });
        BlobContainer target = emptyContainer();
        relay(archives, target, new Heard());
        InMemoryRegistry registry = new InMemoryRegistry("target.test");

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> WholeImport.into(registry, target, NAME, SETTINGS))
                .matches(e -> !TransferException.isTransient(e));

        assertThat(chosen.get()).isNotNull();
        assertThat(TransferSamples.tags(registry)).isEmpty();
        front.reset();
        BlobContainer right = emptyContainer();
        relay(archives, right, new Heard());
        WholeImport.into(registry, right, NAME, SETTINGS);
        samples.assertArrived(registry, TransferSamples.ALL);
    }

    private static boolean isFull(byte[] block) {
        int zeros = 0;
        for (byte each : block) {
            zeros += each == 0 ? 1 : 0;
        }
        return zeros < block.length / 10;
    }

    private BlobProperties export(BlobContainer container) throws IOException {
        ArtifactExport export =
                new ArtifactExport(samples.registry(), container, NAME, WriteMode.CREATE_NEW, OnError.STOP);
        ArchivePlan plan = export.plan(TransferSamples.references(TransferSamples.ALL), Map.of());
        for (Slice slice : ArtifactExport.slices(plan, SETTINGS)) {
            export.move(plan, SETTINGS, "run", slice.number(), buffers, NEVER, TransferListener.NONE);
        }
        return ((SealResult.Sealed) export.seal(plan, SETTINGS, "run", CommitPoint.OPEN)).archive();
    }

    private BlobContainer emptyContainer() {
        return open(front.blobEndpoint(TO), TO, createContainer(TO), "sas", "rwl");
    }

    private void relay(BlobContainer source, BlobContainer target, Heard heard) throws IOException {
        ArchiveRelay relay = new ArchiveRelay(source, target, NAME, WriteMode.CREATE_NEW);
        BlobProperties found = relay.plan();
        for (Slice slice : ArchiveRelay.slices(found, SETTINGS)) {
            relay.move(found, SETTINGS, "run", slice.number(), buffers, NEVER, heard);
        }
        assertThat(relay.seal(found, SETTINGS, "run", CommitPoint.OPEN)).isInstanceOf(SealResult.Sealed.class);
    }

    private void assertSame(BlobContainer target) throws IOException {
        int length = Math.toIntExact(archive.length());
        // A SAS or an identity may write without being allowed to read.
        BlobContainer readable = open(azurite.blobEndpoint(TO), TO, target.uri().container(), "sas", "rl");
        assertThat(readable.open(readable.find(NAME).orElseThrow()).read(0, length))
                .isEqualTo(archives.open(archive).read(0, length));
    }

    private String createContainer(String account) {
        String name = "container-" + containers.incrementAndGet();
        owner.container(account, name).create();
        return name;
    }

    private BlobContainer open(URI endpoint, String account, String container, String access, String letters) {
        return opener.open(
                ContainerUri.parse(endpoint + "/" + container),
                access.equals("sas")
                        ? new StorageAccess.Sas(SasToken.parse(owner.sas(account, container, letters, LIFE)))
                        : new StorageAccess.Identity(Optional.empty()));
    }
}

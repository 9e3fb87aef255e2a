package io.transship.azure.blob;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobServiceClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import com.azure.storage.blob.sas.BlobContainerSasPermission;
import com.azure.storage.blob.sas.BlobServiceSasSignatureValues;
import io.transship.azure.AzureHttp;
import io.transship.azure.QuickRetries;
import io.transship.azure.identity.AzureIdentities;
import io.transship.core.sas.SasToken;
import io.transship.core.storage.BlobContainer;
import io.transship.core.storage.BlobContainerContract;
import io.transship.core.storage.BlobName;
import io.transship.core.storage.BlobProperties;
import io.transship.core.storage.ContainerUri;
import io.transship.core.storage.StorageAccess;
import io.transship.core.storage.StorageException;
import io.transship.core.storage.WriteMode;
import io.transship.local.AzuriteServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URLDecoder;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The contract on Azurite, and what a service says that a container in memory cannot. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AzureBlobContainerTest extends BlobContainerContract {

    private static final String ACCOUNT = "testaccount";
    private static final String ALL_RIGHTS = "racwdl";
    private static final BlobName NAME = new BlobName("archive.tar");

    private final AtomicInteger containers = new AtomicInteger();
    private final AzureHttp http = QuickRetries.http(2);
    private final AzureBlobContainers opener = new AzureBlobContainers(
            new AzureIdentities(Map.of()), ServerSideCopies.within(Set.of(), Clock.systemUTC()), () -> http);
    private AzuriteServer azurite;
    private BlobServiceClient service;

    @BeforeAll
    void startAzurite() throws IOException {
        azurite = AzuriteServer.start(AzuriteServer.Options.of(ACCOUNT));
        service = new BlobServiceClientBuilder()
                .connectionString(azurite.connectionString(ACCOUNT))
                .httpClient(http.client())
                .buildClient();
    }

    @AfterAll
    void stopAzurite() {
        azurite.close();
    }

    /** Azurite does so within itself. */
    @Override
    protected boolean fetchesBlocks() {
        return true;
    }

    @Override
    protected BlobContainer emptyContainer() {
        return open(createContainer(), ALL_RIGHTS);
    }

    @Override
    protected BlobContainer missingContainer() {
        return open(service.getBlobContainerClient("never-created"), ALL_RIGHTS);
    }

    @ParameterizedTest
    @CsvSource({"rl, stage", "rawl, delete", "wl, find", "rw, list"})
    void saysWhichRightTheSasLacks(String letters, String operation) {
        BlobContainer container = open(createContainer(), letters);
        ThrowingCallable call = switch (operation) {
            case "stage" -> () -> container.stageBlock(NAME, "id-1", new byte[1], 0, 1);
            case "delete" -> () -> container.delete(NAME, "\"0x1\"");
            case "find" -> () -> container.find(NAME);
            default -> () -> container.list("");
        };

        assertThat(assertDenied(call))
                .hasMessageContaining("the SAS lacks the right for this")
                .hasMessageContaining("account 'testaccount'")
                .hasMessageContaining("AuthorizationPermissionMismatch")
                .hasMessageContaining("renew the secret that holds it (exports need the permissions 'rwl'");
    }

    @Test
    void saysThatSasIsExpired() {
        BlobContainer container = open(
                createContainer(),
                ALL_RIGHTS,
                OffsetDateTime.now(ZoneOffset.UTC).minusHours(1));

        assertThat(assertDenied(() -> container.list(""))).hasMessageContaining("expired");
    }

    @Test
    void saysThatSasIsForAnotherContainer() {
        SasToken sas = sas(createContainer(), ALL_RIGHTS, inAnHour());
        ContainerUri other = ContainerUri.parse(createContainer().getBlobContainerUrl());
        BlobContainer container = opener.open(other, new StorageAccess.Sas(sas));

        assertThat(assertDenied(() -> container.list(""))).hasMessageContaining("for another container");
    }

    @Test
    void saysThatNothingListens() {
        ContainerUri nobody = ContainerUri.parse("http://127.0.0.1:1/account/container");
        BlobContainer container =
                opener.open(nobody, new StorageAccess.Sas(SasToken.parse("sv=2024-11-04&sr=c&sp=rl&sig=c2VjcmV0")));

        StorageException e = refused(() -> container.list(""));

        assertThat(e.kind()).isEqualTo(StorageException.Kind.UNAVAILABLE);
        assertThat(e).hasMessageContaining("no connection to 'http://127.0.0.1:1/account'");
        assertNoSecret(e, "c2VjcmV0");
    }

    @Test
    void saysThatHostHasNoAddress() {
        ContainerUri nowhere = ContainerUri.parse("https://account.blob.storage.invalid/container");
        BlobContainer container =
                opener.open(nowhere, new StorageAccess.Sas(SasToken.parse("sv=2024-11-04&sr=c&sp=rl&sig=c2VjcmV0")));

        assertThat(refused(() -> container.list("")))
                .hasMessageContaining("host 'account.blob.storage.invalid' has no address");
    }

    @Test
    void namesOptionThatReplacesExistingBlobs() throws IOException {
        BlobContainer container = emptyContainer();
        container.write(NAME, "first".getBytes(UTF_8), WriteMode.CREATE_NEW, Map.of());

        assertThat(refused(() -> container.write(NAME, "second".getBytes(UTF_8), WriteMode.CREATE_NEW, Map.of())))
                .hasMessageContaining(
                        "write blob '%s/archive.tar'", container.uri().container())
                .hasMessageContaining("'OverwriteBlobs'");
    }

    @Test
    void neverShowsTheSignature() throws IOException {
        BlobContainerClient client = createContainer();
        SasToken sas = sas(client, "r", inAnHour());
        String signature = sas.toQuery().replaceAll(".*sig=([^&]*).*", "$1");
        BlobContainer container =
                opener.open(ContainerUri.parse(client.getBlobContainerUrl()), new StorageAccess.Sas(sas));
        BlobProperties absent = new BlobProperties(NAME, 10, "\"0x1\"", Instant.EPOCH, Map.of());

        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> container.list(""),
                () -> container.write(NAME, new byte[1], WriteMode.OVERWRITE, Map.of()),
                () -> container.commit(NAME, List.of("id-1"), WriteMode.OVERWRITE, Map.of()),
                () -> container.delete(NAME, "\"0x1\""),
                () -> container.open(absent).open(0, 10))) {
            assertNoSecret(refused(call), signature);
        }
    }

    private StorageException assertDenied(ThrowingCallable call) {
        StorageException e = refused(call);
        assertThat(e.kind()).as(e.getMessage()).isEqualTo(StorageException.Kind.ACCESS_DENIED);
        return e;
    }

    private static StorageException refused(ThrowingCallable call) {
        return Objects.requireNonNull(catchThrowableOfType(StorageException.class, call), "expected a refusal");
    }

    private static void assertNoSecret(StorageException e, String signature) {
        StringWriter text = new StringWriter();
        e.printStackTrace(new PrintWriter(text, true));
        assertThat(text.toString()).doesNotContain("sig=", signature, URLDecoder.decode(signature, UTF_8));
    }

    private BlobContainerClient createContainer() {
        return service.createBlobContainer("container-" + containers.incrementAndGet());
    }

    private BlobContainer open(BlobContainerClient client, String letters) {
        return open(client, letters, inAnHour());
    }

    private BlobContainer open(BlobContainerClient client, String letters, OffsetDateTime expiry) {
        return opener.open(
                ContainerUri.parse(client.getBlobContainerUrl()), new StorageAccess.Sas(sas(client, letters, expiry)));
    }

    private static SasToken sas(BlobContainerClient client, String letters, OffsetDateTime expiry) {
        return SasToken.parse(client.generateSas(
                new BlobServiceSasSignatureValues(expiry, BlobContainerSasPermission.parse(letters))));
    }

    private static OffsetDateTime inAnHour() {
        return OffsetDateTime.now(ZoneOffset.UTC).plusHours(1);
    }
}

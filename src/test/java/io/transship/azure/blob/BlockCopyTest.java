package io.transship.azure.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.azure.core.credential.AccessToken;
import io.transship.azure.AzureHttp;
import io.transship.azure.QuickRetries;
import io.transship.azure.identity.AzureIdentities;
import io.transship.core.content.RangeSource;
import io.transship.core.sas.SasToken;
import io.transship.core.storage.BlobName;
import io.transship.core.storage.BlobProperties;
import io.transship.core.storage.ContainerUri;
import io.transship.core.storage.StorageAccess;
import io.transship.core.storage.StorageException;
import io.transship.core.transfer.SetClock;
import io.transship.telemetry.LoggedLines;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/** What is asked of a service that is to fetch a block, which of them are asked, and what their answers mean. */
class BlockCopyTest extends CopyRequests {

    private static final String SECRET = "hush%2Bhush%3D";
    private static final String TOKEN = "hush.hush.hush";
    private static final SasToken SAS = SasToken.parse("sv=2024-11-04&sr=c&sp=rl&sig=" + SECRET);
    private static final BlobProperties ARCHIVE =
            new BlobProperties(new BlobName("a b.tar"), 1000, "\"0x1\"", Instant.EPOCH, Map.of());

    private final AtomicInteger tokens = new AtomicInteger();
    private final SetClock clock = new SetClock(Instant.EPOCH);
    private final AzureHttp http = QuickRetries.http(2);
    private final AzureIdentities identities = new AzureIdentities(unused -> request -> Mono.fromCallable(() -> {
        tokens.incrementAndGet();
        assertThat(request.getScopes()).containsExactly("https://storage.azure.com/.default");
        return new AccessToken(TOKEN, OffsetDateTime.now(ZoneOffset.UTC).plusHours(1));
    }));

    private AzureBlobContainers opener;

    @BeforeEach
    void startProcess() {
        opener = opener(ServerSideCopies.within(Set.of(".blob.core.windows.net", ".azurecr.io"), clock));
    }

    @Test
    void givesTheSasInTheSourcesAddress() throws IOException {
        assertThat(copy(sasAt("https://from.blob.core.windows.net/archives"))).isTrue();

        assertThat(header("x-ms-copy-source"))
                .isEqualTo(
                        "https://from.blob.core.windows.net/archives/a%20b.tar?sv=2024-11-04&sr=c&sp=rl&sig=" + SECRET);
        assertThat(header("x-ms-copy-source-authorization")).isNull();
        assertThat(header("x-ms-source-range")).isEqualTo("bytes=100-109");
        assertThat(header("x-ms-source-if-match")).isEqualTo("\"0x1\"");
        assertThat(header("Content-Length")).isEqualTo("0");
    }

    @Test
    void givesATokenOfTheSourcesIdentityAndAsksForItOnce() throws IOException {
        RangeSource source = identityAt("https://127.0.0.1:1/from/archives");

        assertThat(copy(source)).isTrue();
        assertThat(copy(source)).isTrue();

        assertThat(header("x-ms-copy-source")).isEqualTo("https://127.0.0.1:1/from/archives/a%20b.tar");
        assertThat(header("x-ms-copy-source-authorization")).isEqualTo("Bearer " + TOKEN);
        assertThat(header("Authorization"))
                .as("the target is opened by its own SAS")
                .isNull();
        assertThat(tokens).hasValue(1);
    }

    @ParameterizedTest
    @CsvSource({
        "https://from.blob.core.windows.net/archives, https://to.blob.core.windows.net/archives, true",
        "https://From.Blob.core.windows.net/archives, https://TO.blob.core.windows.net/archives, true",
        "https://from.blob.core.windows.net/archives, https://to.blob.core.chinacloudapi.cn/archives, false",
        "https://from.blob.core.windows.net/archives, https://storage.example.com/archives, false",
        "https://storage.example.com/archives, https://storage.example.com/archives, false",
        "https://from.blob.core.windows.net/archives, https://registry.azurecr.io/archives, false",
        "https://from.blob.core.windows.net/archives, https://blob.core.windows.net.example.com/archives, false",
        "https://from.blob.core.windows.net/archives, https://127.0.0.1:1/to/archives, false",
    })
    void aTokenLeavesItsCloudNeverAndASasGoesToAnyTarget(String from, String to, boolean tokenGoes) {
        ServerSideCopies copies = ServerSideCopies.within(Set.of(".blob.core.windows.net", ".azurecr.io"), clock);
        ContainerUri source = ContainerUri.parse(from);
        ContainerUri target = ContainerUri.parse(to);

        assertThat(copies.mayTry(source, StorageErrors.Access.IDENTITY, target)).isEqualTo(tokenGoes);
        assertThat(copies.mayTry(source, StorageErrors.Access.SAS, target)).isTrue();
        assertThat(ServerSideCopies.off().mayTry(source, StorageErrors.Access.SAS, target))
                .isFalse();
    }

    @Test
    void asksForNoTokenAndSendsNothingWhereATokenMayNotGo() throws IOException {
        assertThat(copy(identityAt("https://from.blob.core.windows.net/archives")))
                .isFalse();

        assertThat(asked).isEmpty();
        assertThat(tokens).hasValue(0);
    }

    @Test
    void asksNobodyWhenItIsSwitchedOff() throws IOException {
        opener = opener(ServerSideCopies.off());

        assertThat(copy(sasAt("https://127.0.0.1:1/from/archives"))).isFalse();

        assertThat(asked).isEmpty();
    }

    @Test
    void leavesAnAddressToTheAppThatIsTooLongForTheService() throws IOException {
        RangeSource source = opener.open(uri("https://from.blob.core.windows.net/archives"), new StorageAccess.Sas(SAS))
                .open(new BlobProperties(new BlobName("ü".repeat(400)), 1000, "\"0x1\"", Instant.EPOCH, Map.of()));

        assertThat(copy(source)).isFalse();

        assertThat(asked).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "501, APINotImplemented, ''",
        "400, UnsupportedHeader, ''",
        "400, InvalidHeaderValue, ''",
        "400, '', ''",
        "401, InvalidAuthenticationInfo, ''",
        "403, CannotVerifyCopySource, ''",
        "403, AuthenticationFailed, 403",
        "404, CannotVerifyCopySource, 404",
        "409, PublicAccessNotPermitted, ''",
        "500, CannotVerifyCopySource, ''",
    })
    void aServiceThatCannotFetchIsNotAskedAgainForAnHour(int status, String code, String sourceStatus)
            throws IOException {
        refuse(status, code, sourceStatus);
        RangeSource source = sasAt("https://from.blob.core.windows.net/archives");

        List<String> said = LoggedLines.by(ServerSideCopies.class, () -> {
            assertThat(copy(source)).isFalse();
            int requests = asked.size();
            assertThat(copy(source)).isFalse();
            clock.advance(Duration.ofMinutes(59));
            assertThat(copy(sasAt("https://from.blob.core.windows.net/other")))
                    .as("of the same account")
                    .isFalse();
            assertThat(asked).hasSize(requests);
        });

        assertThat(said).hasSize(1);
        assertThat(said.getFirst())
                .contains("(" + (status + " " + code).strip() + ")")
                .doesNotContain("hush", "sig");
        accept();
        assertThat(copy(sasAt("https://another.blob.core.windows.net/archives")))
                .isTrue();
        clock.advance(Duration.ofMinutes(1));
        assertThat(copy(source)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "412, SourceConditionNotMet, '', CHANGED",
        "412, CannotVerifyCopySource, 412, CHANGED",
        "409, CannotVerifyCopySource, 412, CHANGED",
        "503, ServerBusy, '', UNAVAILABLE",
        "500, InternalError, '', UNAVAILABLE",
        "403, AuthenticationFailed, '', ACCESS_DENIED",
        "403, AuthorizationPermissionMismatch, '', ACCESS_DENIED",
        "404, ContainerNotFound, '', CONTAINER_NOT_FOUND",
        "412, LeaseIdMissing, '', REJECTED",
    })
    void whatASentBlockWouldMeetAsWellIsAFailure(
            int status, String code, String sourceStatus, StorageException.Kind kind) throws IOException {
        refuse(status, code, sourceStatus);
        RangeSource source = sasAt("https://from.blob.core.windows.net/archives");

        List<String> said = LoggedLines.by(
                ServerSideCopies.class,
                () -> assertThatExceptionOfType(StorageException.class)
                        .isThrownBy(() -> copy(source))
                        .satisfies(e -> assertThat(e.kind()).isEqualTo(kind))
                        .withMessageContaining(
                                kind == StorageException.Kind.CHANGED ? "account 'from'" : "account 'to'"));

        assertThat(said).isEmpty();
        accept();
        assertThat(copy(source)).as("asked again").isTrue();
    }

    @Test
    void aBusySourceIsReadByTheAppAndTheServiceAskedAgainForTheNextBlock() throws IOException {
        refuse(503, "CannotVerifyCopySource", "503");
        RangeSource source = sasAt("https://from.blob.core.windows.net/archives");

        assertThat(copy(source)).isFalse();

        accept();
        assertThat(copy(source)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 403, 412, 503})
    void neverShowsWhatOpensTheSource(int status) throws IOException {
        // The service answers with the headers that it does not like.
        refuse(status, status == 403 ? "AuthenticationFailed" : "InvalidHeaderValue", "");
        StringWriter shown = new StringWriter();
        PrintWriter printer = new PrintWriter(shown, true);
        for (RangeSource source :
                List.of(sasAt("https://127.0.0.1:1/from/archives"), identityAt("https://127.0.0.1:1/from/archives"))) {
            printer.println(source + " " + ((BlobRangeSource) source).proof());
            LoggedLines.by(ServerSideCopies.class, () -> {
                        try {
                            assertThat(copy(source)).isFalse();
                        } catch (StorageException e) {
                            e.printStackTrace(printer);
                        }
                    })
                    .forEach(printer::println);
        }

        assertThat(asked).hasSizeGreaterThanOrEqualTo(2);
        assertThat(shown.toString())
                .contains(status + " ")
                .doesNotContainPattern("sig=(?!REDACTED)")
                .doesNotContain("hush", SECRET, SECRET.replace("%2B", "+").replace("%3D", "="));
    }

    private AzureBlobContainers opener(ServerSideCopies copies) {
        return new AzureBlobContainers(identities, copies, () -> http);
    }

    private boolean copy(RangeSource source) throws IOException {
        return target(opener).stageBlockFrom(new BlobName("b.tar"), "id-1", source, 100, 10);
    }

    private RangeSource sasAt(String container) {
        return opener.open(uri(container), new StorageAccess.Sas(SAS)).open(ARCHIVE);
    }

    private RangeSource identityAt(String container) {
        return opener.open(uri(container), new StorageAccess.Identity(Optional.empty()))
                .open(ARCHIVE);
    }

    private static ContainerUri uri(String text) {
        return ContainerUri.parse(text);
    }
}

package io.transship.azure.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.transship.azure.AzureHttp;
import io.transship.azure.QuickRetries;
import io.transship.azure.identity.AzureIdentities;
import io.transship.core.content.ContentLink;
import io.transship.core.storage.BlobName;
import io.transship.core.storage.StorageException;
import io.transship.core.transfer.SetClock;
import io.transship.telemetry.LoggedLines;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked of a service that is to fetch a block from where a registry leads, and what its answers mean. */
class LinkCopyTest extends CopyRequests {

    private static final String REGISTRY = "registry.azurecr.io";

    private final SetClock clock = new SetClock(Instant.EPOCH);
    private final AzureHttp http = QuickRetries.http(2);
    private final ServerSideCopies copies =
            ServerSideCopies.within(Set.of(), clock).andFromRegistries();

    /** Where the registry leads, one address after the other. */
    private static class Link implements ContentLink {

        private final AtomicInteger asks = new AtomicInteger();
        private final String host;
        private Optional<URI> now = Optional.empty();

        Link(String host) {
            this.host = host;
        }

        @Override
        public String registry() {
            return REGISTRY;
        }

        @Override
        public Optional<URI> address() throws IOException {
            return now.isPresent() ? now : next();
        }

        @Override
        public Optional<URI> insteadOf(URI refused) throws IOException {
            return next();
        }

        Optional<URI> next() throws IOException {
            asks.incrementAndGet();
            now = Optional.of(URI.create(address(asks.get())));
            return now;
        }

        String address(int number) {
            return "https://%s/data/sha256%%3A12?se=2026&sig=hush%d%%2B%%3D".formatted(host, number);
        }
    }

    @Test
    void givesTheAddressWordByWordAndNothingElse() throws IOException {
        Link link = new Link("storage.test");

        assertThat(copy(link)).isTrue();

        assertThat(header("x-ms-copy-source")).isEqualTo(link.address(1));
        assertThat(header("x-ms-source-range")).isEqualTo("bytes=100-109");
        assertThat(header("x-ms-copy-source-authorization")).isNull();
        assertThat(header("x-ms-source-if-match")).isNull();
        assertThat(link.asks).hasValue(1);
    }

    @ParameterizedTest
    @CsvSource({"403, CannotVerifyCopySource, ''", "403, AuthenticationFailed, 403", "401, CannotVerifyCopySource, 401"
    })
    void anAddressThatOpensNothingIsAskedForAnewOnce(int status, String code, String sourceStatus) throws IOException {
        refuse(status, code, sourceStatus);
        Link link = new Link("storage.test");

        List<String> said = LoggedLines.by(
                ServerSideCopies.class, () -> assertThat(copy(link)).isFalse());

        assertThat(asked)
                .extracting(request -> request.getRequestHeaders().getFirst("x-ms-copy-source"))
                .containsExactly(link.address(1), link.address(2));
        assertThat(said)
                .hasSize(1)
                .first()
                .asString()
                .contains("from 'storage.test'")
                .doesNotContain("hush", "sig");
        accept();
        assertThat(copy(link)).as("remembered").isFalse();
        assertThat(asked).hasSize(2);
        assertThat(copy(new Link("elsewhere.test"))).as("of another host").isTrue();
        clock.advance(Duration.ofHours(1));
        assertThat(copy(link)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "501, APINotImplemented, ''",
        "400, InvalidHeaderValue, ''",
        "404, CannotVerifyCopySource, 404",
        "412, SourceConditionNotMet, ''",
    })
    void aServiceThatCannotFetchFromAHostIsNotAskedAgainForAnHour(int status, String code, String sourceStatus)
            throws IOException {
        refuse(status, code, sourceStatus);

        assertThat(copy(new Link("storage.test"))).isFalse();

        int requests = asked.size();
        assertThat(copy(new Link("storage.test"))).isFalse();
        assertThat(asked).hasSize(requests);
    }

    @Test
    void aBusyStorageIsRememberedForNoBlockButThisOne() throws IOException {
        refuse(503, "CannotVerifyCopySource", "503");
        Link link = new Link("storage.test");

        assertThat(copy(link)).isFalse();

        accept();
        assertThat(copy(link)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"503, ServerBusy, UNAVAILABLE", "403, AuthorizationPermissionMismatch, ACCESS_DENIED"})
    void whatASentBlockWouldMeetAsWellIsAFailure(int status, String code, StorageException.Kind kind) {
        refuse(status, code, "");

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> copy(new Link("storage.test")))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(kind))
                .withMessageContaining("account 'to'");
    }

    @Test
    void anAddressThatIsTooLongForTheServiceIsLeftToTheApp() throws IOException {
        assertThat(copy(new Link("a".repeat(2048)))).isFalse();

        assertThat(asked).isEmpty();
    }

    @Test
    void aRegistryThatFailsIsLeftToWhoeverReadsTheContentNow() throws IOException {
        Link failing = new Link("storage.test") {
            @Override
            Optional<URI> next() throws IOException {
                throw new IOException("the registry is away");
            }
        };

        assertThat(copy(failing)).isFalse();

        assertThat(asked).isEmpty();
        assertThat(copy(new Link("storage.test"))).isTrue();
    }

    @Test
    void aRegistryThatLeadsNowhereIsAskedOnceAnHour() throws IOException {
        AtomicInteger asks = new AtomicInteger();
        Link nowhere = new Link("storage.test") {
            @Override
            Optional<URI> next() {
                asks.incrementAndGet();
                return Optional.empty();
            }
        };

        assertThat(copy(nowhere)).isFalse();
        assertThat(copy(nowhere)).isFalse();

        assertThat(asks).hasValue(1);
        clock.advance(Duration.ofHours(1));
        assertThat(copy(nowhere)).isFalse();
        assertThat(asks).hasValue(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 403, 503})
    void neverShowsTheAddress(int status) throws IOException {
        refuse(status, status == 403 ? "AuthenticationFailed" : "InvalidHeaderValue", "");
        StringWriter shown = new StringWriter();
        PrintWriter printer = new PrintWriter(shown, true);

        LoggedLines.by(ServerSideCopies.class, () -> {
                    try {
                        copy(new Link("storage.test"));
                    } catch (StorageException e) {
                        e.printStackTrace(printer);
                    }
                })
                .forEach(printer::println);

        assertThat(shown.toString()).contains(status + " ").doesNotContain("hush", "se=2026");
    }

    private boolean copy(ContentLink link) throws IOException {
        return target(new AzureBlobContainers(new AzureIdentities(Map.of()), copies, () -> http))
                .stageBlockFrom(new BlobName("b.tar"), "id-1", link, 100, 10);
    }
}

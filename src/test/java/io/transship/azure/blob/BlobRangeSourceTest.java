package io.transship.azure.blob;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
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
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A service that drops connections and is busy, which Azurite never is. */
class BlobRangeSourceTest {

    private static final String ETAG = "\"0x8D1\"";
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d+)");

    private final byte[] content = new byte[300_000];
    private final List<String> ranges = new CopyOnWriteArrayList<>();
    private final List<String> pins = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private int drops;
    private boolean busy;

    @BeforeEach
    void startServer() throws IOException {
        new Random(7).nextBytes(content);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
    }

    @Test
    void asksForTheRestOfTheSameVersionWhenTheConnectionBreaks() throws IOException {
        drops = 2;

        assertThat(source().read(1_000, 250_000)).isEqualTo(Arrays.copyOfRange(content, 1_000, 251_000));

        assertThat(ranges).hasSize(3).first().isEqualTo("bytes=1000-250999");
        assertThat(ranges).doesNotHaveDuplicates().allMatch(range -> range.endsWith("-250999"));
        assertThat(pins).containsOnly(ETAG);
    }

    @Test
    void givesUpWhenTheConnectionBreaksAgainAndAgain() {
        drops = Integer.MAX_VALUE;

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> source().read(0, 300_000))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(StorageException.Kind.UNAVAILABLE))
                .withMessageContaining("read blob 'container/archive.tar'")
                .withMessageContaining("broke");

        assertThat(ranges).hasSize(6);
    }

    @Test
    void triesBusyServiceAsOftenAsItWasToldAndNoMore() {
        busy = true;

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> source().open(0, 10))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(StorageException.Kind.UNAVAILABLE))
                .withMessageContaining("503 ServerBusy");

        assertThat(ranges).hasSize(3).containsOnly("bytes=0-9");
    }

    private RangeSource source() {
        AzureHttp http = QuickRetries.http(3);
        ContainerUri uri = ContainerUri.parse("http://127.0.0.1:%d/account/container"
                .formatted(server.getAddress().getPort()));
        return new AzureBlobContainers(new AzureIdentities(Map.of()), () -> http)
                .open(uri, new StorageAccess.Sas(SasToken.parse("sv=2024-11-04&sr=c&sp=r&sig=AAAA")))
                .open(new BlobProperties(new BlobName("archive.tar"), content.length, ETAG, Instant.EPOCH, Map.of()));
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String range = String.valueOf(exchange.getRequestHeaders().getFirst("x-ms-range"));
            ranges.add(range);
            pins.add(String.valueOf(exchange.getRequestHeaders().getFirst("If-Match")));
            if (busy) {
                exchange.getResponseHeaders().set("x-ms-error-code", "ServerBusy");
                byte[] error = "<Error><Code>ServerBusy</Code></Error>".getBytes(UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "application/xml");
                exchange.sendResponseHeaders(503, error.length);
                exchange.getResponseBody().write(error);
                return;
            }
            Matcher matcher = RANGE.matcher(range);
            if (!matcher.matches()) {
                exchange.sendResponseHeaders(400, -1);
                return;
            }
            int from = Integer.parseInt(matcher.group(1));
            int length = Integer.parseInt(matcher.group(2)) + 1 - from;
            exchange.getResponseHeaders().set("ETag", ETAG);
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes %d-%d/%d".formatted(from, from + length - 1, content.length));
            exchange.sendResponseHeaders(206, length);
            try (OutputStream out = exchange.getResponseBody()) {
                // Closing with bytes owed makes the server drop the connection.
                out.write(content, from, drops-- > 0 ? length / 3 : length);
                out.flush();
            }
        }
    }
}

package io.transship.azure.blob;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.transship.azure.AzureHttp;
import io.transship.azure.QuickRetries;
import io.transship.azure.identity.AzureIdentities;
import io.transship.core.content.RetryListener;
import io.transship.core.sas.SasToken;
import io.transship.core.storage.BlobContainer;
import io.transship.core.storage.BlobName;
import io.transship.core.storage.ContainerUri;
import io.transship.core.storage.StorageAccess;
import io.transship.core.storage.StorageException;
import io.transship.core.storage.WriteMode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each operation is tried as often as it was told, in one layer of retries. */
class BusyServiceTest {

    private static final BlobName NAME = new BlobName("archive.tar");

    private final List<Integer> bodies = new CopyOnWriteArrayList<>();
    private final List<RetryListener.Reason> heard = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private BlobContainer container;
    private int busyAnswers = Integer.MAX_VALUE;

    @BeforeEach
    void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        AzureHttp http = QuickRetries.http(3).watchedBy(heard::add);
        ContainerUri uri = ContainerUri.parse("http://127.0.0.1:%d/account/container"
                .formatted(server.getAddress().getPort()));
        container = new AzureBlobContainers(new AzureIdentities(Map.of()), () -> http)
                .open(uri, new StorageAccess.Sas(SasToken.parse("sv=2024-11-04&sr=c&sp=rwl&sig=AAAA")));
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
    }

    @Test
    void everyOperationIsTriedThreeTimesAndThenSaysThatTheServiceIsBusy() {
        for (ThrowingCallable operation : List.<ThrowingCallable>of(
                () -> container.find(NAME),
                () -> container.list(""),
                () -> container.stageBlock(NAME, "id-1", new byte[10], 0, 10),
                () -> container.stagedBlocks(NAME),
                () -> container.commit(NAME, List.of("id-1"), WriteMode.CREATE_NEW, Map.of()),
                () -> container.write(NAME, new byte[10], WriteMode.CREATE_NEW, Map.of()),
                () -> container.delete(NAME, "\"0x1\""))) {
            bodies.clear();
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(operation)
                    .withMessageContaining("503 ServerBusy")
                    .satisfies(e -> assertThat(e.kind()).isEqualTo(StorageException.Kind.UNAVAILABLE));
            assertThat(bodies).hasSize(3);
        }
    }

    @Test
    void blockIsSentAgainWhole() throws IOException {
        busyAnswers = 2;

        container.stageBlock(NAME, "id-1", new byte[3_000_000], 1, 2_000_000);

        assertThat(bodies).containsExactly(2_000_000, 2_000_000, 2_000_000);
        assertThat(heard).containsExactly(RetryListener.Reason.THROTTLED, RetryListener.Reason.THROTTLED);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            bodies.add(exchange.getRequestBody().readAllBytes().length);
            if (busyAnswers-- <= 0) {
                exchange.sendResponseHeaders(201, -1);
                return;
            }
            exchange.getResponseHeaders().set("x-ms-error-code", "ServerBusy");
            exchange.getResponseHeaders().set("Content-Type", "application/xml");
            if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.sendResponseHeaders(503, -1);
                return;
            }
            byte[] error = "<Error><Code>ServerBusy</Code></Error>".getBytes(UTF_8);
            exchange.sendResponseHeaders(503, error.length);
            exchange.getResponseBody().write(error);
        }
    }
}

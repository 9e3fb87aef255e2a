package io.transship.azure.blob;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.transship.core.sas.SasToken;
import io.transship.core.storage.BlobContainer;
import io.transship.core.storage.ContainerUri;
import io.transship.core.storage.StorageAccess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A service that is asked to fetch blocks, and answers as it is told. */
abstract class CopyRequests {

    final List<HttpExchange> asked = new CopyOnWriteArrayList<>();

    private HttpServer server;
    private int status = 201;
    private String code = "";
    private String sourceStatus = "";

    @BeforeEach
    void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
    }

    /** The service's container, opened by a SAS. */
    BlobContainer target(AzureBlobContainers opener) {
        return opener.open(
                ContainerUri.parse("http://127.0.0.1:%d/to/archives"
                        .formatted(server.getAddress().getPort())),
                new StorageAccess.Sas(SasToken.parse("sv=2024-11-04&sr=c&sp=rwl&sig=AAAA")));
    }

    void refuse(int withStatus, String withCode, String withSourceStatus) {
        status = withStatus;
        code = withCode;
        sourceStatus = withSourceStatus;
    }

    void accept() {
        status = 201;
    }

    /** Of the last request. */
    String header(String name) {
        return asked.getLast().getRequestHeaders().getFirst(name);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            asked.add(exchange);
            if (status == 201) {
                exchange.sendResponseHeaders(201, -1);
                return;
            }
            // The service answers with the headers that it does not like.
            StringBuilder echo = new StringBuilder();
            exchange.getRequestHeaders()
                    .forEach((name, values) -> echo.append("<HeaderName>%s</HeaderName><HeaderValue>%s</HeaderValue>"
                            .formatted(name, values.getFirst().replace("&", "&amp;"))));
            byte[] error = "<?xml version=\"1.0\"?><Error><Code>%s</Code><Message>Refused: %s</Message>%s</Error>"
                    .formatted(
                            code,
                            exchange.getRequestHeaders()
                                    .getFirst("x-ms-copy-source")
                                    .replace("&", "&amp;"),
                            echo)
                    .getBytes(UTF_8);
            if (!code.isEmpty()) {
                exchange.getResponseHeaders().set("x-ms-error-code", code);
            }
            if (!sourceStatus.isEmpty()) {
                exchange.getResponseHeaders().set("x-ms-copy-source-status-code", sourceStatus);
            }
            exchange.getResponseHeaders().set("Content-Type", "application/xml");
            exchange.sendResponseHeaders(status, error.length);
            exchange.getResponseBody().write(error);
        }
    }
}

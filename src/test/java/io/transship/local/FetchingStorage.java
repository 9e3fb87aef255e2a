package io.transship.local;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;

/**
 * Azurite with {@code Put Block From URL} as the service has it. Azurite itself fetches only from its own host and port, only
 * with a SAS, and before 3.37 not at all; so this stands in front of it and answers that one call: it reads the range from
 * any source with the proof that came along, a SAS or a bearer token, and puts the bytes at Azurite as a block, with the
 * request's own authorization. Everything else is passed on. A SAS made for Azurite is good here as well, since its signature
 * is over the path and not over the host. Safe for use by several threads.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/storageservices/put-block-from-url">Put Block From URL</a>
 */
public final class FetchingStorage implements AutoCloseable {

    private static final int MAX_SOURCE = 2048;
    private static final String SOURCE = "x-ms-copy-source";

    /**
     * A block that was asked for.
     *
     * @param source as it came, with its query
     * @param authorization for the source; empty if there was none
     */
    public record Request(URI source, String range, Optional<String> authorization) {}

    private final HttpsServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient client;
    private final Forwarder forwarder;
    private final URI azurite;
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private volatile boolean able = true;
    private volatile int busyAfter = Integer.MAX_VALUE;
    private volatile UnaryOperator<byte[]> onTheWay = UnaryOperator.identity();

    private FetchingStorage(HttpsServer server, Certificates certificates, URI azurite) {
        this.server = server;
        this.azurite = azurite;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(certificates.sslContext())
                .build();
        this.forwarder = new Forwarder(client);
    }

    /**
     * Starts on a free port of 127.0.0.1.
     *
     * @param azurite any address at Azurite's blob service
     */
    public static FetchingStorage start(Certificates certificates, URI azurite) throws IOException {
        HttpsServer https = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        https.setHttpsConfigurator(new HttpsConfigurator(certificates.sslContext()));
        FetchingStorage storage = new FetchingStorage(https, certificates, azurite);
        https.createContext("/", storage::handle);
        https.setExecutor(storage.threads);
        https.start();
        return storage;
    }

    /** Blob endpoint of an account of Azurite, with the account in the path and no slash at its end. */
    public URI blobEndpoint(String account) {
        return URI.create(
                "https://127.0.0.1:%d/%s".formatted(server.getAddress().getPort(), account));
    }

    /** The blocks that were asked for since the last {@link #reset}. */
    public List<Request> requests() {
        return List.copyOf(requests);
    }

    /** From now on these calls go to Azurite, which fetches from itself only. */
    public void leaveItToAzurite() {
        able = false;
    }

    /** Answers 503 to all blocks but the first ones. */
    public void getBusyAfter(int blocks) {
        busyAfter = blocks;
    }

    /** Changes the bytes of a block between source and target. */
    public void change(UnaryOperator<byte[]> bytes) {
        onTheWay = bytes;
    }

    /** As it was at the start. */
    public void reset() {
        requests.clear();
        able = true;
        busyAfter = Integer.MAX_VALUE;
        onTheWay = UnaryOperator.identity();
    }

    @Override
    public void close() {
        server.stop(0);
        client.shutdownNow();
        threads.close();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String query =
                    Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse("");
            boolean asksToFetch = exchange.getRequestMethod().equals("PUT")
                    && List.of(query.split("&", -1)).contains("comp=block")
                    && header(exchange, SOURCE).isPresent();
            if (asksToFetch) {
                putBlockFromUrl(exchange, body);
            } else {
                forwarder.passOn(exchange, azurite, body);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void putBlockFromUrl(HttpExchange exchange, byte[] body) throws IOException, InterruptedException {
        String address = header(exchange, SOURCE).orElseThrow();
        Request request = new Request(
                URI.create(address),
                header(exchange, "x-ms-source-range").orElse(""),
                header(exchange, "x-ms-copy-source-authorization"));
        requests.add(request);
        if (!able) {
            forwarder.passOn(exchange, azurite, body);
        } else if (requests.size() > busyAfter) {
            refuse(exchange, 503, "ServerBusy", Map.of());
        } else if (body.length > 0 || !header(exchange, "Content-Length").equals(Optional.of("0"))) {
            refuse(exchange, 400, "InvalidHeaderValue", Map.of("HeaderName", "Content-Length"));
        } else if (address.length() > MAX_SOURCE) {
            refuse(exchange, 400, "InvalidHeaderValue", Map.of("HeaderName", SOURCE));
        } else {
            fetch(exchange, request);
        }
    }

    private void fetch(HttpExchange exchange, Request request) throws IOException, InterruptedException {
        HttpRequest.Builder get = HttpRequest.newBuilder(request.source())
                .header("x-ms-version", header(exchange, "x-ms-version").orElse(""))
                .header("x-ms-range", request.range());
        header(exchange, "x-ms-source-if-match").ifPresent(etag -> get.header("If-Match", etag));
        request.authorization().ifPresent(token -> get.header("Authorization", token));
        HttpResponse<byte[]> source = client.send(get.build(), HttpResponse.BodyHandlers.ofByteArray());
        switch (source.statusCode()) {
            case 200, 206 ->
                forwarder.passOn(
                        exchange,
                        azurite,
                        onTheWay.apply(source.body()),
                        name -> !name.startsWith(SOURCE) && !name.startsWith("x-ms-source-"));
            case 412 -> refuse(exchange, 412, "SourceConditionNotMet", Map.of());
            default -> {
                exchange.getResponseHeaders().set("x-ms-copy-source-status-code", String.valueOf(source.statusCode()));
                source.headers()
                        .firstValue("x-ms-error-code")
                        .ifPresent(code -> exchange.getResponseHeaders().set("x-ms-copy-source-error-code", code));
                refuse(exchange, source.statusCode(), "CannotVerifyCopySource", Map.of());
            }
        }
    }

    private static void refuse(HttpExchange exchange, int status, String code, Map<String, String> details)
            throws IOException {
        StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>")
                .append(code)
                .append("</Code><Message>refused</Message>");
        details.forEach((name, value) -> xml.append("<%s>%s</%s>".formatted(name, value, name)));
        byte[] bytes = xml.append("</Error>").toString().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/xml");
        exchange.getResponseHeaders().set("x-ms-error-code", code);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static Optional<String> header(HttpExchange exchange, String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
    }
}

package io.transship.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** Where the function host's agent posts the app's spans and metrics. Safe for use by several threads. */
public final class Ingestion implements AutoCloseable {

    /** App setting that names the endpoint to the host. */
    public static final String SETTING = "LOCAL_INGESTION_ENDPOINT";

    private final HttpServer server;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    private Ingestion(HttpServer server) {
        this.server = server;
    }

    /** Starts on a free port of 127.0.0.1. */
    public static Ingestion start() throws IOException {
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        Ingestion ingestion = new Ingestion(http);
        http.createContext("/v2.1/track", exchange -> {
            try (exchange) {
                String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                body.lines().forEach(ingestion.lines::add);
                exchange.sendResponseHeaders(200, -1);
            }
        });
        http.start();
        return ingestion;
    }

    /** Where to post. */
    public URI uri() {
        return URI.create(
                "http://127.0.0.1:%d/v2.1/track".formatted(server.getAddress().getPort()));
    }

    /** All that arrived. */
    public String text() {
        return String.join("\n", lines);
    }

    /** The spans of this name. */
    public List<JsonNode> spans(String name) {
        return items().filter(item -> item.path("span").asText().equals(name)).toList();
    }

    /** The points of all metrics, as they were sent time and again. */
    public List<JsonNode> metrics() {
        return items().filter(item -> item.has("metric")).toList();
    }

    private Stream<JsonNode> items() {
        return lines.stream().map(line -> {
            try {
                return JsonExchange.JSON.readTree(line);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

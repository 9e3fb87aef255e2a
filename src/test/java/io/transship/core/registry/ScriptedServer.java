package io.transship.core.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** An HTTP server on a free port of this machine that answers as a test says and remembers what it was asked. */
public final class ScriptedServer implements AutoCloseable {

    /**
     * A request as it came.
     *
     * @param target path and query
     * @param headers by lower-case name
     */
    public record Seen(String method, String target, Map<String, String> headers, String body) {

        public String header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
        }

        @Override
        public String toString() {
            return method + " " + target;
        }
    }

    /**
     * A response to send.
     *
     * @param bytesSent fewer than the body has, to break the connection inside of it
     */
    public record Answer(int status, Map<String, String> headers, String body, int bytesSent) {

        public static Answer of(int status) {
            return new Answer(status, Map.of(), "", 0);
        }

        public static Answer of(int status, String body) {
            return new Answer(status, Map.of(), body, body.length());
        }

        public Answer with(String name, String value) {
            Map<String, String> more = new LinkedHashMap<>(headers);
            more.put(name, value);
            return new Answer(status, more, body, bytesSent);
        }

        public Answer cutAfter(int bytes) {
            return new Answer(status, headers, body, bytes);
        }
    }

    private final HttpServer server;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Function<Seen, Answer>> answers = new ConcurrentHashMap<>();
    private final List<Seen> seen = new CopyOnWriteArrayList<>();

    public ScriptedServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.setExecutor(executor);
        server.start();
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Answers requests with this method and path (without the query) in turn; the last answer is given ever after. */
    public ScriptedServer on(String methodAndPath, Answer... inTurn) {
        AtomicInteger next = new AtomicInteger();
        return on(methodAndPath, request -> inTurn[Math.min(next.getAndIncrement(), inTurn.length - 1)]);
    }

    public ScriptedServer on(String methodAndPath, Function<Seen, Answer> answer) {
        answers.put(methodAndPath, answer);
        return this;
    }

    public List<Seen> seen() {
        return List.copyOf(seen);
    }

    /** The requests with this method and path. */
    public List<Seen> seen(String methodAndPath) {
        return seen.stream()
                .filter(request -> key(request).equals(methodAndPath))
                .toList();
    }

    private static String key(Seen request) {
        int query = request.target().indexOf('?');
        return request.method() + " "
                + (query < 0 ? request.target() : request.target().substring(0, query));
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange;
                InputStream in = exchange.getRequestBody()) {
            Map<String, String> headers = new LinkedHashMap<>();
            exchange.getRequestHeaders()
                    .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), String.join(", ", values)));
            Seen request = new Seen(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    headers,
                    new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
            seen.add(request);
            Answer answer = answers.getOrDefault(key(request), unexpected -> Answer.of(404))
                    .apply(request);
            answer.headers().forEach(exchange.getResponseHeaders()::add);
            byte[] body = answer.body().getBytes(StandardCharsets.ISO_8859_1);
            boolean bodiless = body.length == 0 || request.method().equals("HEAD");
            exchange.sendResponseHeaders(answer.status(), bodiless ? -1 : body.length);
            if (!bodiless) {
                exchange.getResponseBody().write(body, 0, answer.bytesSent());
                exchange.getResponseBody().flush();
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}

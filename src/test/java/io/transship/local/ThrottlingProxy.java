package io.transship.local;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * A registry's front that is busy at first: each of the first addresses that are asked for answers 429 once, with
 * {@code Retry-After}, and is passed on after that. Remembers who came back too early. For reading only. Safe for use by
 * several threads.
 */
public final class ThrottlingProxy implements AutoCloseable {

    private static final Duration WAIT = Duration.ofSeconds(1);

    /** Those that a client writes anew, or that its library refuses to be given. */
    private static final Set<String> NOT_PASSED_ON =
            Set.of("host", "connection", "content-length", "transfer-encoding", "upgrade", "http2-settings");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Supplier<URI> registry;
    private final int refusals;
    private final ConcurrentMap<String, Long> refusedAt = new ConcurrentHashMap<>();
    private final List<String> early = new CopyOnWriteArrayList<>();

    private ThrottlingProxy(HttpServer server, Supplier<URI> registry, int refusals) {
        this.server = server;
        this.registry = registry;
        this.refusals = refusals;
    }

    /**
     * Starts on a free port of 127.0.0.1.
     *
     * @param registry where requests go; asked for at each of them
     * @param refusals how many addresses answer 429 once
     */
    public static ThrottlingProxy start(Supplier<URI> registry, int refusals) throws IOException {
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ThrottlingProxy proxy = new ThrottlingProxy(http, registry, refusals);
        http.createContext("/", proxy::handle);
        http.setExecutor(proxy.threads);
        http.start();
        return proxy;
    }

    /** Address without a slash at its end. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** The requests that were refused. */
    public Set<String> refused() {
        return Set.copyOf(refusedAt.keySet());
    }

    /** The refused requests that came again before the time was up. */
    public List<String> early() {
        return List.copyOf(early);
    }

    @Override
    public void close() {
        server.stop(0);
        client.shutdownNow();
        threads.close();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
            if (refuses(request)) {
                exchange.getResponseHeaders().set("Retry-After", String.valueOf(WAIT.toSeconds()));
                exchange.sendResponseHeaders(429, -1);
                return;
            }
            passOn(exchange);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean refuses(String request) {
        synchronized (refusedAt) {
            Long before = refusedAt.get(request);
            if (before == null && refusedAt.size() < refusals) {
                refusedAt.put(request, System.nanoTime());
                return true;
            }
            if (before != null && System.nanoTime() - before < WAIT.toNanos()) {
                early.add(request);
            }
            return false;
        }
    }

    private void passOn(HttpExchange exchange) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(registry.get().resolve(exchange.getRequestURI()))
                .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.noBody());
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (isPassedOn(name)) {
                values.forEach(value -> request.header(name, value));
            }
        });
        HttpResponse<InputStream> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = answer.body()) {
            for (Map.Entry<String, List<String>> header : answer.headers().map().entrySet()) {
                if (isPassedOn(header.getKey())) {
                    exchange.getResponseHeaders().put(header.getKey(), header.getValue());
                }
            }
            byte[] bytes = body.readAllBytes();
            if (exchange.getRequestMethod().equals("HEAD")) {
                answer.headers()
                        .firstValue("Content-Length")
                        .ifPresent(length -> exchange.getResponseHeaders().set("Content-Length", length));
            }
            exchange.sendResponseHeaders(answer.statusCode(), bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private static boolean isPassedOn(String header) {
        return NOT_PASSED_ON.stream().noneMatch(header::equalsIgnoreCase);
    }
}

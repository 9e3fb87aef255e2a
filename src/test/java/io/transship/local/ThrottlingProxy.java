package io.transship.local;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
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

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Forwarder forwarder = new Forwarder(client);
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
            forwarder.passOn(exchange, registry.get(), new byte[0]);
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
}

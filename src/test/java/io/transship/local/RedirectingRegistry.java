package io.transship.local;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A registry that keeps its contents in storage, as Azure's does: in front of a real one, it answers each GET of a blob by 307
 * to a storage server beside it, with a signature of its own. The storage takes a range as Blob Storage does, opens for a
 * signature that is known and not over, refuses a request that brings credentials of another kind, and counts who reads. Safe
 * for use by several threads.
 *
 * @see <a href="https://learn.microsoft.com/azure/container-registry/container-registry-concepts#storage">Azure Container
 *     Registry, storage</a>
 */
public final class RedirectingRegistry implements AutoCloseable {

    private static final Pattern BLOB = Pattern.compile("/v2/(.+)/blobs/(sha256:[0-9a-f]{64})");
    private static final Pattern SIGNED = Pattern.compile("/registry/(.+)/(sha256:[0-9a-f]{64})");

    private final URI registry;
    private final HttpServer front;
    private final HttpServer storage;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .executor(threads)
            .build();
    private final Forwarder forwarder = new Forwarder(client);
    private final Set<String> good = ConcurrentHashMap.newKeySet();
    private final List<String> signatures = new CopyOnWriteArrayList<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final Map<String, AtomicLong> readByClients = new ConcurrentHashMap<>();
    private final AtomicInteger served = new AtomicInteger();
    private volatile int endAfter = Integer.MAX_VALUE;

    private RedirectingRegistry(URI registry, HttpServer front, HttpServer storage) {
        this.registry = registry;
        this.front = front;
        this.storage = storage;
    }

    /** Starts in front of a registry, on free ports of 127.0.0.1. */
    public static RedirectingRegistry start(URI registry) throws IOException {
        RedirectingRegistry redirecting = new RedirectingRegistry(registry, server(), server());
        redirecting.front.createContext("/", redirecting::registry);
        redirecting.storage.createContext("/", redirecting::storage);
        for (HttpServer server : List.of(redirecting.front, redirecting.storage)) {
            server.setExecutor(redirecting.threads);
            server.start();
        }
        return redirecting;
    }

    private static HttpServer server() throws IOException {
        return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + front.getAddress().getPort());
    }

    /** All signatures that were given out: what must be found nowhere. */
    public List<String> signatures() {
        return List.copyOf(signatures);
    }

    /** The digests of the blobs that the registry was asked for since the last {@link #reset}, once for each time. */
    public List<String> asked() {
        return List.copyOf(asked);
    }

    /** Bytes of a blob that somebody read who is no storage service, since the last {@link #reset}. */
    public long readByClients(String digest) {
        AtomicLong read = readByClients.get(digest);
        return read == null ? 0 : read.get();
    }

    /** Ends all signatures after so many more ranges were read by a storage service; new ones are good. */
    public void endSignaturesAfter(int ranges) {
        served.set(0);
        endAfter = ranges;
    }

    /** As it was at the start, but for the signatures, which stay known. */
    public void reset() {
        asked.clear();
        readByClients.clear();
        endAfter = Integer.MAX_VALUE;
    }

    @Override
    public void close() {
        front.stop(0);
        storage.stop(0);
        client.shutdownNow();
        threads.close();
    }

    private void registry(HttpExchange exchange) throws IOException {
        try (exchange) {
            Matcher blob = BLOB.matcher(exchange.getRequestURI().getPath());
            if (!exchange.getRequestMethod().equals("GET") || !blob.matches()) {
                forwarder.passOn(exchange, registry, exchange.getRequestBody().readAllBytes());
                return;
            }
            asked.add(blob.group(2));
            String signature = "hush%2B" + signatures.size() + "%3D";
            signatures.add(signature);
            good.add(signature);
            exchange.getResponseHeaders()
                    .set(
                            "Location",
                            "http://127.0.0.1:%d/registry/%s/%s?se=2026-01-01T00%%3A20%%3A00Z&sig=%s&sp=r&sr=b&sv=2024-11-04"
                                    .formatted(
                                            storage.getAddress().getPort(), blob.group(1), blob.group(2), signature));
            exchange.sendResponseHeaders(307, -1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void storage(HttpExchange exchange) throws IOException {
        try (exchange) {
            Matcher blob = SIGNED.matcher(exchange.getRequestURI().getPath());
            // Storage services say which version they speak.
            boolean byService = header(exchange, "x-ms-version").isPresent();
            if (byService && served.incrementAndGet() == endAfter + 1) {
                good.clear();
            }
            if (!blob.matches() || !isSigned(exchange)) {
                exchange.getResponseHeaders().set("x-ms-error-code", "AuthenticationFailed");
                exchange.sendResponseHeaders(403, -1);
                return;
            }
            serve(exchange, blob.group(1), blob.group(2), byService);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isSigned(HttpExchange exchange) {
        String query = exchange.getRequestURI().getRawQuery();
        return header(exchange, "Authorization").isEmpty()
                && good.stream().anyMatch(signature -> query.contains("sig=" + signature + "&"));
    }

    private void serve(HttpExchange exchange, String repository, String digest, boolean byService)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(registry.resolve("/v2/%s/blobs/%s".formatted(repository, digest)));
        header(exchange, "x-ms-range")
                .or(() -> header(exchange, "Range"))
                .ifPresent(range -> request.header("Range", range));
        HttpResponse<InputStream> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream in = answer.body()) {
            answer.headers()
                    .firstValue("Content-Range")
                    .ifPresent(range -> exchange.getResponseHeaders().set("Content-Range", range));
            exchange.sendResponseHeaders(
                    answer.statusCode(),
                    answer.headers().firstValueAsLong("Content-Length").orElse(0));
            try (OutputStream out = exchange.getResponseBody()) {
                long sent = in.transferTo(out);
                if (!byService) {
                    readByClients
                            .computeIfAbsent(digest, unused -> new AtomicLong())
                            .addAndGet(sent);
                }
            }
        }
    }

    private static Optional<String> header(HttpExchange exchange, String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
    }
}

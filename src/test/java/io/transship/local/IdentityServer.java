package io.transship.local;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The token endpoint that App Service gives to an app with a managed identity. Its tokens are unsigned: Azurite with
 * {@code --oauth basic} and {@link KeyVaultServer} read them and take them as they are. Safe for use by several threads.
 *
 * @see <a href="https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference">App
 *     Service, managed identity REST endpoint</a>
 */
public final class IdentityServer implements AutoCloseable {

    /** The one tenant of the local cloud. */
    public static final String TENANT = "00000000-0000-0000-0000-00000000000a";

    private static final String SYSTEM_ASSIGNED = "00000000-0000-0000-0000-00000000000b";
    private static final String VERSION = "2019-08-01";
    private static final Duration LIFETIME = Duration.ofHours(24);

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final String secret;
    private final Clock clock;
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final List<String> tokens = new CopyOnWriteArrayList<>();

    /**
     * A token that was asked for.
     *
     * @param resource the audience
     * @param identity client id or resource id of a user-assigned identity, or empty for the system-assigned one
     */
    public record Request(String resource, String identity) {}

    private IdentityServer(HttpServer server, Clock clock) {
        this.server = server;
        this.clock = clock;
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        this.secret = HexFormat.of().formatHex(random);
    }

    /** Starts on a free port of 127.0.0.1. */
    public static IdentityServer start(Clock clock) throws IOException {
        InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        IdentityServer identity = new IdentityServer(HttpServer.create(loopback, 0), clock);
        identity.server.createContext("/msi/token", identity::handle);
        identity.server.setExecutor(identity.threads);
        identity.server.start();
        return identity;
    }

    /** Value for the setting {@code IDENTITY_ENDPOINT}. */
    public URI endpoint() {
        return URI.create(
                "http://127.0.0.1:%d/msi/token".formatted(server.getAddress().getPort()));
    }

    /** Value for the setting {@code IDENTITY_HEADER}. */
    public String header() {
        return secret;
    }

    /** The settings that make an SDK client find this endpoint. */
    public Map<String, String> settings() {
        return Map.of("IDENTITY_ENDPOINT", endpoint().toString(), "IDENTITY_HEADER", secret);
    }

    /** A token of the system-assigned identity, as the endpoint would give it, for callers in this JVM. */
    public String token(String resource) throws IOException {
        Instant now = clock.instant();
        return token(new Request(resource, ""), now, now.plus(LIFETIME));
    }

    /** The tokens that were given out up to now. */
    List<String> tokens() {
        return List.copyOf(tokens);
    }

    /** What was granted up to now, in order. */
    public List<Request> requests() {
        return List.copyOf(requests);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }

    private void handle(HttpExchange raw) throws IOException {
        JsonExchange exchange = new JsonExchange(raw);
        Map<String, String> query = exchange.query();
        if (!exchange.header("X-IDENTITY-HEADER").filter(secret::equals).isPresent()) {
            refuse(exchange, 401, "the header X-IDENTITY-HEADER is missing or wrong");
            return;
        }
        if (!query.getOrDefault("api-version", "").equals(VERSION) || !query.containsKey("resource")) {
            refuse(exchange, 400, "resource and api-version=" + VERSION + " are required");
            return;
        }
        Request request = new Request(
                query.get("resource"), query.getOrDefault("client_id", query.getOrDefault("mi_res_id", "")));
        requests.add(request);
        Instant now = clock.instant();
        Instant expiry = now.plus(LIFETIME);
        Map<String, Object> answer = new LinkedHashMap<>();
        String token = token(request, now, expiry);
        tokens.add(token);
        answer.put("access_token", token);
        answer.put("expires_on", Long.toString(expiry.getEpochSecond()));
        answer.put("resource", request.resource());
        answer.put("token_type", "Bearer");
        answer.put("client_id", clientId(request));
        exchange.answer(200, answer);
    }

    private static void refuse(JsonExchange exchange, int status, String message) throws IOException {
        exchange.answer(status, Map.of("statusCode", status, "message", message));
    }

    private static String clientId(Request request) {
        return request.identity().isEmpty() ? SYSTEM_ASSIGNED : request.identity();
    }

    private static String token(Request request, Instant now, Instant expiry) throws IOException {
        return UnsignedToken.of(TENANT, clientId(request), request.resource(), now, Duration.between(now, expiry));
    }
}

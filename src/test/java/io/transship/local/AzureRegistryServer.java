package io.transship.local;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The login of Azure Container Registry: {@code /oauth2/exchange}, {@code /oauth2/token}, and a list of tags that wants
 * the outcome. It is as strict as the registry: the service must be its own name, the token of a form must be one that it
 * gave out itself, and Entra's token must be for the registry; one for Resource Manager is taken only while the registry's
 * policy {@code azureADAuthenticationAsArmPolicy} says so. Safe for use by several threads.
 *
 * @see <a href="https://github.com/Azure/acr/blob/main/docs/AAD-OAuth.md">Azure Container Registry and Entra</a>
 * @see <a href="https://learn.microsoft.com/azure/container-registry/container-registry-disable-authentication-as-arm">
 *     Disable authentication as ARM</a>
 */
public final class AzureRegistryServer implements AutoCloseable {

    public static final String ARM_AUDIENCE = "https://management.azure.com";

    private static final String AUDIENCE = "https://containerregistry.azure.net";
    private static final Map<String, Object> UNAUTHORIZED = Map.of(
            "errors",
            List.of(Map.of(
                    "code",
                    "UNAUTHORIZED",
                    "message",
                    "authentication required, visit https://aka.ms/acr/authorization for more information.")));

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Clock clock;
    private final Set<String> audiences;
    private final Set<String> refreshTokens = ConcurrentHashMap.newKeySet();
    private final Map<String, String> accessTokens = new ConcurrentHashMap<>();
    private final AtomicInteger issued = new AtomicInteger();
    private final List<String> granted = new CopyOnWriteArrayList<>();

    private AzureRegistryServer(HttpServer server, Set<String> audiences, Clock clock) {
        this.server = server;
        this.audiences = audiences;
        this.clock = clock;
    }

    /** Starts on a free port of 127.0.0.1, as a registry is by default. */
    public static AzureRegistryServer start(Clock clock) throws IOException {
        return start(Set.of(AUDIENCE, ARM_AUDIENCE), clock);
    }

    /** Starts one that takes no token for Resource Manager. */
    public static AzureRegistryServer startWithoutArmTokens(Clock clock) throws IOException {
        return start(Set.of(AUDIENCE), clock);
    }

    private static AzureRegistryServer start(Set<String> audiences, Clock clock) throws IOException {
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        AzureRegistryServer registry = new AzureRegistryServer(http, audiences, clock);
        http.createContext("/oauth2/exchange", registry::exchange);
        http.createContext("/oauth2/token", registry::token);
        http.createContext("/v2/", registry::content);
        http.setExecutor(registry.threads);
        http.start();
        return registry;
    }

    public URI address() {
        return URI.create("http://" + host());
    }

    /** For whom access tokens were given out, with their scopes, in order. */
    public List<String> granted() {
        return List.copyOf(granted);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }

    private String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    private void exchange(HttpExchange raw) throws IOException {
        JsonExchange exchange = new JsonExchange(raw);
        Map<String, String> form = exchange.form();
        String entra = form.getOrDefault("access_token", "");
        boolean valid = form.getOrDefault("grant_type", "").equals("access_token")
                && form.getOrDefault("service", "").equals(host())
                && audiences.contains(UnsignedToken.claim(entra, "aud"));
        if (!valid) {
            exchange.answer(401, UNAUTHORIZED);
            return;
        }
        String refresh = ownToken(UnsignedToken.claim(entra, "appid"), Duration.ofHours(3));
        refreshTokens.add(refresh);
        exchange.answer(200, Map.of("refresh_token", refresh));
    }

    private void token(HttpExchange raw) throws IOException {
        JsonExchange exchange = new JsonExchange(raw);
        Map<String, String> form = exchange.form();
        String refresh = form.getOrDefault("refresh_token", "");
        String scope = form.getOrDefault("scope", "");
        boolean valid = form.getOrDefault("grant_type", "").equals("refresh_token")
                && form.getOrDefault("service", "").equals(host())
                && refreshTokens.contains(refresh);
        if (!valid) {
            exchange.answer(401, UNAUTHORIZED);
            return;
        }
        String who = UnsignedToken.claim(refresh, "appid");
        granted.add(who + " " + scope);
        String access = ownToken(who, Duration.ofMinutes(75));
        accessTokens.put(access, scope);
        exchange.answer(200, Map.of("access_token", access));
    }

    private void content(HttpExchange raw) throws IOException {
        JsonExchange exchange = new JsonExchange(raw);
        String token = exchange.header("Authorization").orElse("").replaceFirst("^Bearer ", "");
        String repository = String.join("/", exchange.path()).replaceFirst("^v2/(.*)/tags/list$", "$1");
        String scope = "repository:%s:pull".formatted(repository);
        if (!accessTokens.getOrDefault(token, "").equals(scope)) {
            exchange.withHeader(
                            "WWW-Authenticate",
                            "Bearer realm=\"http://%s/oauth2/token\",service=\"%s\",scope=\"%s\""
                                    .formatted(host(), host(), scope))
                    .answer(401, UNAUTHORIZED);
            return;
        }
        exchange.answer(200, Map.of("name", repository, "tags", List.of("v1")));
    }

    /** Each differs from every other. */
    private String ownToken(String who, Duration lifetime) throws IOException {
        return UnsignedToken.of("registry-" + issued.incrementAndGet(), who, host(), clock.instant(), lifetime);
    }
}

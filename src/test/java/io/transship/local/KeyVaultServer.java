package io.transship.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A vault that speaks the part of Key Vault's secrets REST API that the SDK's {@code SecretClient} uses to read and set
 * secrets: HTTPS, the bearer challenge, versions, attributes, and the errors of a real vault. Tokens are checked for
 * audience and expiry only. Safe for use by several threads.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/keyvault/secrets/operation-groups">Key Vault, secrets</a>
 */
public final class KeyVaultServer implements AutoCloseable {

    private static final String RESOURCE = "https://vault.azure.net";
    private static final String BEARER = "Bearer ";

    private final HttpsServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Clock clock;
    private final Map<String, List<SecretVersion>> secrets = new ConcurrentHashMap<>();
    private final Set<String> forbidden = ConcurrentHashMap.newKeySet();
    private final Set<String> readOnly = ConcurrentHashMap.newKeySet();
    private final Set<String> recoverable = ConcurrentHashMap.newKeySet();
    private final List<String> reads = new CopyOnWriteArrayList<>();

    private KeyVaultServer(HttpsServer server, Clock clock) {
        this.server = server;
        this.clock = clock;
    }

    /** Starts an empty vault on a free port of 127.0.0.1. */
    public static KeyVaultServer start(Certificates certificates, Clock clock) throws IOException {
        HttpsServer https = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        https.setHttpsConfigurator(new HttpsConfigurator(certificates.sslContext()));
        KeyVaultServer vault = new KeyVaultServer(https, clock);
        https.createContext("/", vault::handle);
        https.setExecutor(vault.threads);
        https.start();
        return vault;
    }

    /** Address of the vault without a slash at its end. */
    public URI uri() {
        return URI.create("https://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Address of the current version of a secret, whether it exists or not. */
    public URI secretUri(String name) {
        return uri().resolve("/secrets/" + name);
    }

    /** Adds a version, which becomes the current one, and returns its address. */
    public URI set(String name, String value) {
        return secretUri(name, add(name, SecretVersion.of(value, clock.instant())));
    }

    /** Disables the current version: reading it fails with {@code SecretDisabled}. */
    public void disable(String name) {
        secrets.computeIfPresent(name, (key, versions) -> {
            versions.set(versions.size() - 1, versions.getLast().disabled());
            return versions;
        });
    }

    /** Deletes a secret with all its versions. */
    public void delete(String name) {
        secrets.remove(name);
    }

    /** Refuses a secret to everybody, as a vault does whose policy forgot the caller. */
    public void forbid(String name) {
        forbidden.add(name);
    }

    /** Lets everybody read a secret and nobody write it, as a vault does to those who are its users only. */
    public void forbidWriting(String name) {
        readOnly.add(name);
    }

    /** Ends {@link #forbid} and {@link #forbidWriting}. */
    public void permit(String name) {
        forbidden.remove(name);
        readOnly.remove(name);
    }

    /** Deletes a secret so that it can still be recovered: its name is taken until it is. */
    public void deleteRecoverably(String name) {
        delete(name);
        recoverable.add(name);
    }

    /** How many versions a secret has. */
    public int versions(String name) {
        return secrets.getOrDefault(name, List.of()).size();
    }

    /** The current value. */
    public Optional<String> value(String name) {
        return Optional.ofNullable(secrets.get(name))
                .map(versions -> versions.getLast().value());
    }

    /** All values that ever were: for a test that none of them gets out. */
    List<String> values() {
        return secrets.values().stream()
                .flatMap(List::stream)
                .map(SecretVersion::value)
                .toList();
    }

    /** Names of the secrets that were read with success, in order. */
    public List<String> reads() {
        return List.copyOf(reads);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }

    private void handle(HttpExchange raw) throws IOException {
        JsonExchange exchange = new JsonExchange(raw);
        if (!isAuthorized(exchange)) {
            exchange.withHeader(
                    "WWW-Authenticate",
                    "Bearer authorization=\"https://login.microsoftonline.com/%s\", resource=\"%s\""
                            .formatted(IdentityServer.TENANT, RESOURCE));
            fail(exchange, 401, "Unauthorized", "AKV10000: Request is missing a Bearer or PoP token.");
            return;
        }
        String[] path = exchange.path();
        if (path.length < 2 || !path[0].equals("secrets") || path[1].isEmpty()) {
            fail(exchange, 404, "NotFound", "this double serves /secrets/{name}[/{version}] only");
            return;
        }
        if (!exchange.query().containsKey("api-version")) {
            fail(exchange, 400, "BadParameter", "api-version must be specified");
            return;
        }
        String name = path[1];
        if (forbidden.contains(name)) {
            fail(
                    exchange,
                    403,
                    "Forbidden",
                    "Caller is not authorized to perform action on resource.\nAction: 'Microsoft.KeyVault/vaults/secrets/getSecret/action'",
                    "ForbiddenByRbac");
            return;
        }
        String version = path.length > 2 ? path[2] : "";
        switch (exchange.method()) {
            case "GET" -> get(exchange, name, version);
            case "PUT" -> put(exchange, name);
            default -> fail(exchange, 405, "MethodNotAllowed", "method not allowed");
        }
    }

    private void get(JsonExchange exchange, String name, String version) throws IOException {
        Optional<SecretVersion> found = Optional.ofNullable(secrets.get(name))
                .flatMap(versions -> version.isEmpty()
                        ? Optional.of(versions.getLast())
                        : versions.stream()
                                .filter(each -> each.id().equals(version))
                                .findFirst());
        if (found.isEmpty()) {
            fail(
                    exchange,
                    404,
                    "SecretNotFound",
                    "A secret with (name/id) %s was not found in this key vault.".formatted(name));
            return;
        }
        if (!found.get().enabled()) {
            fail(exchange, 403, "Forbidden", "Operation get is not allowed on a disabled secret.", "SecretDisabled");
            return;
        }
        reads.add(name);
        exchange.answer(200, found.get().toJson(secretUri(name, found.get())));
    }

    private void put(JsonExchange exchange, String name) throws IOException {
        JsonNode body = exchange.body();
        if (!body.path("value").isTextual()) {
            fail(exchange, 400, "BadParameter", "Property 'value' is required.");
            return;
        }
        if (readOnly.contains(name)) {
            fail(
                    exchange,
                    403,
                    "Forbidden",
                    "Caller is not authorized to perform action on resource.\nAction: 'Microsoft.KeyVault/vaults/secrets/setSecret/action'",
                    "ForbiddenByRbac");
            return;
        }
        if (recoverable.contains(name)) {
            fail(
                    exchange,
                    409,
                    "Conflict",
                    "Secret %s is currently in a deleted but recoverable state, and its name cannot be reused."
                            .formatted(name),
                    "ObjectIsDeletedButRecoverable");
            return;
        }
        if (!areTagsValid(body.path("tags"))) {
            fail(exchange, 400, "BadParameter", "The tags property has more or longer tags than are allowed.");
            return;
        }
        SecretVersion added = add(name, SecretVersion.parse(body, clock.instant()));
        exchange.answer(200, added.toJson(secretUri(name, added)));
    }

    /** Fifteen at most, their names and values of 256 characters at most. */
    private static boolean areTagsValid(JsonNode tags) {
        return tags.size() <= 15
                && tags.properties().stream()
                        .allMatch(tag -> tag.getKey().length() <= 256
                                && tag.getValue().asText().length() <= 256);
    }

    private SecretVersion add(String name, SecretVersion version) {
        secrets.computeIfAbsent(name, key -> new CopyOnWriteArrayList<>()).add(version);
        return version;
    }

    private URI secretUri(String name, SecretVersion version) {
        return uri().resolve("/secrets/" + name + "/" + version.id());
    }

    private boolean isAuthorized(JsonExchange exchange) throws IOException {
        String authorization = exchange.header("Authorization").orElse("");
        String[] token = authorization.split("\\.", -1);
        if (!authorization.startsWith(BEARER) || token.length != 3) {
            return false;
        }
        JsonNode claims = JsonExchange.JSON.readTree(Base64.getUrlDecoder().decode(token[1]));
        return claims.path("aud").asText().equals(RESOURCE)
                && claims.path("exp").asLong() > clock.instant().getEpochSecond();
    }

    private static void fail(JsonExchange exchange, int status, String code, String message) throws IOException {
        exchange.answer(status, Map.of("error", Map.of("code", code, "message", message)));
    }

    private static void fail(JsonExchange exchange, int status, String code, String message, String inner)
            throws IOException {
        exchange.answer(
                status, Map.of("error", Map.of("code", code, "message", message, "innererror", Map.of("code", inner))));
    }
}

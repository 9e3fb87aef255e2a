package io.transship.core.registry.auth;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.transship.core.http.ConnectionException;
import io.transship.core.http.HttpBody;
import io.transship.core.http.HttpRequest;
import io.transship.core.http.HttpResponse;
import io.transship.core.http.HttpTransport;
import io.transship.core.registry.http.ErrorBody;
import io.transship.core.registry.http.Origin;
import io.transship.core.registry.http.Retries;
import io.transship.core.registry.http.TransientException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** One request to a token service and what can come back: a token, a refusal, or a failure that may pass. */
final class TokenService {

    /** Thrown when the service knows our credentials and refuses them, so that they can be read anew. */
    static final class RefusedException extends IOException {
        RefusedException(String message) {
            super(message);
        }
    }

    private static final int MAX_BYTES = 1024 * 1024;
    private static final Duration DEFAULT_LIFETIME = Duration.ofSeconds(60);
    private static final JsonMapper MAPPER = new JsonMapper();

    private final HttpTransport transport;
    private final Retries retries;
    private final Clock clock;

    TokenService(HttpTransport transport, Retries retries, Clock clock) {
        this.transport = transport;
        this.retries = retries;
        this.clock = clock;
    }

    /** Asks by GET, as Docker's token services expect it. */
    Token get(URI realm, List<Map.Entry<String, String>> query, Map<String, String> headers) throws IOException {
        String separator = realm.getRawQuery() == null ? "?" : "&";
        URI uri = URI.create(realm + (query.isEmpty() ? "" : separator + encode(query)));
        return ask(new HttpRequest("GET", uri, headers, null), "token");
    }

    /** Asks by a form, as OAuth services expect it. */
    Token post(URI uri, List<Map.Entry<String, String>> form, String field) throws IOException {
        HttpRequest request = HttpRequest.of("POST", uri)
                .with("Content-Type", "application/x-www-form-urlencoded")
                .with(HttpBody.of(encode(form).getBytes(StandardCharsets.UTF_8)));
        return ask(request, field);
    }

    private Token ask(HttpRequest request, String field) throws IOException {
        String name = "token service '%s'".formatted(Origin.of(request.uri()).host());
        try (HttpResponse response = transport.execute(request)) {
            if (response.isSuccess()) {
                return parse(name, field, response.read(MAX_BYTES));
            }
            Duration retryAfter = retries.retryAfter(response);
            String detail = ErrorBody.read(response).detail();
            String message =
                    "%s answered %d%s".formatted(name, response.status(), detail.isEmpty() ? "" : " " + detail);
            if (Retries.isTransient(response.status())) {
                throw new TransientException(new IOException(message), retryAfter);
            }
            if (response.status() == 400 || response.status() == 401 || response.status() == 403) {
                throw new RefusedException(message);
            }
            throw new AuthorizationException(message);
        } catch (ConnectionException e) {
            throw new TransientException(new IOException(name + ": " + e.getMessage(), e), null);
        }
    }

    private Token parse(String name, String field, byte[] body) throws IOException {
        try {
            JsonNode root = MAPPER.readTree(body);
            String value = root == null ? "" : text(root, field);
            if (value.isEmpty()) {
                throw new AuthorizationException("%s answered without a token".formatted(name));
            }
            long seconds = root == null ? 0 : root.path("expires_in").asLong(0);
            Duration lifetime = seconds <= 0 ? DEFAULT_LIFETIME : Duration.ofSeconds(Math.min(seconds, 86_400));
            return Token.of(value, clock.instant(), lifetime);
        } catch (JacksonException e) {
            // The parser's message may quote the token.
            throw new AuthorizationException("%s answered with something that is not JSON".formatted(name));
        }
    }

    private static String text(JsonNode root, String field) {
        String value = root.path(field).asText("");
        return value.isEmpty() ? root.path("access_token").asText("") : value;
    }

    private static String encode(List<Map.Entry<String, String>> pairs) {
        return pairs.stream()
                .map(pair -> pair.getKey() + "=" + URLEncoder.encode(pair.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }
}

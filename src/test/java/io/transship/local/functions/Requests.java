package io.transship.local.functions;

import com.microsoft.azure.functions.HttpMethod;
import com.sun.net.httpserver.HttpExchange;
import io.transship.local.functions.app.HttpRequest;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns the server's requests into what the Functions host would pass on, with its losses. */
final class Requests {

    /** The host's own limit, in bytes. */
    static final long MAX_BODY = 104_857_600;

    private Requests() {}

    static HttpRequest<@Nullable Object> read(HttpExchange exchange) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), String.join(",", values)));
        URI uri = URI.create("http://" + headers.getOrDefault("host", "localhost") + exchange.getRequestURI());
        return new HttpRequest<>(
                HttpMethod.value(exchange.getRequestMethod()), uri, headers, query(uri), body(exchange, headers));
    }

    /** Repeated names are joined with a comma, empty values are dropped. */
    static Map<String, String> query(URI uri) {
        Map<String, String> query = new LinkedHashMap<>();
        String raw = uri.getRawQuery() == null ? "" : uri.getRawQuery();
        for (String pair : raw.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0 && equals < pair.length() - 1) {
                query.merge(
                        decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)), (a, b) -> a + "," + b);
            }
        }
        return query;
    }

    /** Length of the body by its header, -1 without one. */
    static long length(HttpExchange exchange) {
        String length = exchange.getRequestHeaders().getFirst("Content-Length");
        return length == null ? -1 : Long.parseLong(length);
    }

    /**
     * Without a length the host passes no body on; of the types it does not know as binary it makes UTF-8 text, which
     * destroys images.
     */
    private static @Nullable Object body(HttpExchange exchange, Map<String, String> headers) throws IOException {
        if (length(exchange) <= 0) {
            return null;
        }
        byte[] bytes = exchange.getRequestBody().readAllBytes();
        String type = headers.getOrDefault("content-type", "").toLowerCase(Locale.ROOT);
        if (type.startsWith("application/octet-stream") || type.startsWith("multipart/")) {
            return bytes;
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}

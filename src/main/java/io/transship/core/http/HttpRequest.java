package io.transship.core.http;

import io.transship.core.content.RedactedUri;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request.
 *
 * @param uri absolute
 * @param headers one value for each name; {@code Content-Length} is not among them, it follows from the body
 * @param body absent for a request without one, which is not the same as an empty one
 */
public record HttpRequest(
        String method,
        URI uri,
        Map<String, String> headers,
        @Nullable HttpBody body) {

    public HttpRequest {
        headers = Map.copyOf(headers);
    }

    /** A request without headers and body. */
    public static HttpRequest of(String method, URI uri) {
        return new HttpRequest(method, uri, Map.of(), null);
    }

    /** This request with one more header, or another value for it. */
    public HttpRequest with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new HttpRequest(method, uri, more, body);
    }

    /** This request with a body. */
    public HttpRequest with(HttpBody newBody) {
        return new HttpRequest(method, uri, headers, newBody);
    }

    /** This request for another address. */
    public HttpRequest to(URI newUri) {
        return new HttpRequest(method, newUri, headers, body);
    }

    /** Method and redacted address; headers may hold credentials and are not shown. */
    @Override
    public String toString() {
        return method + " " + RedactedUri.of(uri);
    }
}

package io.transship.functions.arm;

import com.fasterxml.jackson.databind.JsonNode;
import io.transship.core.pipeline.InvalidResourceException;
import io.transship.core.pipeline.Problem;
import io.transship.core.pipeline.VersionCondition;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A request to the API. Immutable.
 *
 * @param uri as the caller wrote it; it may hold a function key and is never shown as a whole
 * @param headers by their names in lower case
 * @param body empty if there is none
 * @param caller who asks, where the platform has checked it
 */
public record ArmRequest(String method, URI uri, Map<String, String> headers, String body, Optional<String> caller) {

    public ArmRequest {
        headers = Map.copyOf(headers);
    }

    /**
     * The parameters behind the question mark, by names in any case. The Functions host drops parameters without a value, and
     * one that is there and says nothing is not the same as one that is not there.
     */
    Map<String, String> query() {
        Map<String, String> query = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        String raw = uri.getRawQuery() == null ? "" : uri.getRawQuery();
        for (String pair : raw.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            if (!name.isEmpty()) {
                query.put(decoded(name), equals < 0 ? "" : decoded(pair.substring(equals + 1)));
            }
        }
        return query;
    }

    /**
     * Where the API is, as this caller sees it: all that comes before a part of the path.
     *
     * @param part such as {@code /subscriptions/}
     */
    public String baseBefore(String part) {
        String path = uri.getRawPath();
        int end = path.toLowerCase(Locale.ROOT).indexOf(part.toLowerCase(Locale.ROOT));
        return origin() + path.substring(0, Math.max(0, end));
    }

    /** Scheme and host. Where a proxy in front speaks TLS, the caller must not be sent back without it: it shows its key. */
    String origin() {
        boolean secure = headers.getOrDefault("x-forwarded-proto", "")
                .toLowerCase(Locale.ROOT)
                .startsWith("https");
        return (secure ? "https" : uri.getScheme()) + "://" + uri.getRawAuthority();
    }

    /**
     * The version of the resource that the request is about: {@code If-Match} and {@code If-None-Match}.
     *
     * @throws InvalidResourceException if they say what cannot be checked
     */
    VersionCondition condition() {
        String match = headers.getOrDefault("if-match", "").trim();
        String noneMatch = headers.getOrDefault("if-none-match", "").trim();
        if (!match.isEmpty() && !noneMatch.isEmpty()) {
            throw new InvalidResourceException(
                    List.of(new Problem("If-None-Match", "contradicts If-Match; send one of them")));
        }
        if (!noneMatch.isEmpty() && !noneMatch.equals("*")) {
            throw new InvalidResourceException(
                    List.of(new Problem("If-None-Match", "must be * when something is changed")));
        }
        if (!noneMatch.isEmpty()) {
            return new VersionCondition.Absent();
        }
        return switch (match) {
            case "" -> new VersionCondition.Any();
            case "*" -> new VersionCondition.Present();
            default -> new VersionCondition.Version(match);
        };
    }

    /**
     * The resource in the body.
     *
     * @throws ArmError if there is no JSON object in it
     */
    public JsonNode resource() throws ArmError {
        if (body.isBlank()) {
            throw content(
                    "the request has no body; send the resource as JSON, and a Content-Length (a chunked body does not arrive)");
        }
        JsonNode json;
        try {
            json = Json.parse(body);
        } catch (IllegalArgumentException e) {
            throw content("the body is %s; send the resource as JSON".formatted(e.getMessage()));
        }
        if (!json.isObject()) {
            throw content("the body must be a JSON object: the resource");
        }
        return json;
    }

    private static ArmError content(String message) {
        return new ArmError(400, "InvalidRequestContent", message);
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    /** Hides query and headers: both carry function keys. */
    @Override
    public String toString() {
        return method + " " + uri.getPath();
    }
}

package io.transship.local.functions.app;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a trigger hands to an invocation. Immutable.
 *
 * @param request the HTTP request, for HTTP triggers only
 * @param body null, {@code String} or {@code byte[]}
 * @param metadata what {@code @BindingName} parameters can name
 */
public record Inputs(
        @Nullable HttpRequest<@Nullable Object> request,
        @Nullable Object body,
        Map<String, String> metadata) {

    private static final ObjectMapper JSON = new ObjectMapper();

    public Inputs {
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /** The input of a trigger that sends text. */
    public static Inputs text(String body, Map<String, String> metadata) {
        return new Inputs(null, body, metadata);
    }

    /** The input of an HTTP trigger. */
    public static Inputs request(HttpRequest<@Nullable Object> request, Map<String, String> metadata) {
        return new Inputs(request, request.body(), metadata);
    }

    /**
     * The metadata overwritten by the top-level properties of a JSON body, as Azure does it without asking: names match
     * whatever their case and keep the trigger's spelling; arrays are left out.
     */
    public static Map<String, String> overwrite(Map<String, String> metadata, @Nullable Object body) {
        Map<String, String> result = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        result.putAll(metadata);
        if (body instanceof String text
                && text.stripLeading().startsWith("{")
                && parse(text) instanceof ObjectNode json) {
            json.properties().stream()
                    .filter(property -> !property.getValue().isArray())
                    .forEach(property -> result.put(
                            property.getKey(),
                            property.getValue().isValueNode()
                                    ? property.getValue().asText()
                                    : property.getValue().toString()));
        }
        return result;
    }

    private static @Nullable JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (JacksonException e) {
            return null; // Not JSON after all: then there is nothing to overwrite with.
        }
    }
}

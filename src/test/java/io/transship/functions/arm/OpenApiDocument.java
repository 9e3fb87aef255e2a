package io.transship.functions.arm;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * The description of the API as it is packaged, and whether something is as it says. It knows of JSON Schema what the
 * document uses: references, types, properties, enumerations. Immutable.
 */
public final class OpenApiDocument {

    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");

    private final JsonNode root;

    private OpenApiDocument(JsonNode root) {
        this.root = root;
    }

    /** The one on the class path. */
    public static OpenApiDocument packaged() throws IOException {
        try (InputStream file =
                Objects.requireNonNull(OpenApiDocument.class.getResourceAsStream("/openapi.json"), "openapi.json")) {
            return new OpenApiDocument(Json.parse(new String(file.readAllBytes(), StandardCharsets.UTF_8)));
        }
    }

    JsonNode root() {
        return root;
    }

    /** All operations, such as {@code GET /export}. */
    public Set<String> operations() {
        Set<String> operations = new TreeSet<>();
        root.get("paths")
                .properties()
                .forEach(path -> path.getValue().fieldNames().forEachRemaining(method -> {
                    if (METHODS.contains(method)) {
                        operations.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey());
                    }
                }));
        return operations;
    }

    /** All references that lead nowhere. */
    List<String> brokenReferences() {
        return root.findValuesAsText("$ref").stream()
                .filter(reference -> at(reference).isMissingNode())
                .toList();
    }

    private JsonNode at(String reference) {
        return root.at(reference.substring(1));
    }

    /** All in which a value differs from a schema of the document. */
    public List<String> differences(String schema, JsonNode value) {
        List<String> found = new ArrayList<>();
        compare(at("#/components/schemas/" + schema), value, schema, found);
        return found;
    }

    private void compare(JsonNode given, JsonNode value, String path, List<String> found) {
        JsonNode schema = given.has("$ref") ? at(given.get("$ref").asText()) : given;
        String type = schema.path("type").asText();
        boolean right = switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "integer" -> value.isIntegralNumber();
            case "boolean" -> value.isBoolean();
            default -> false;
        };
        if (!right) {
            found.add("%s: '%s' is no %s".formatted(path, value, type));
            return;
        }
        if (schema.has("enum") && !contains(schema.get("enum"), value)) {
            found.add("%s: '%s' is none of %s".formatted(path, value, schema.get("enum")));
        }
        if (schema.path("format").asText().equals("date-time") && !isTime(value.asText())) {
            found.add("%s: '%s' is no time".formatted(path, value));
        }
        for (JsonNode required : schema.path("required")) {
            if (!value.has(required.asText())) {
                found.add("%s.%s: is missing".formatted(path, required.asText()));
            }
        }
        for (Map.Entry<String, JsonNode> property : value.properties()) {
            JsonNode declared = schema.path("properties").path(property.getKey());
            JsonNode other = schema.path("additionalProperties");
            if (declared.isObject() || other.isObject()) {
                compare(
                        declared.isObject() ? declared : other,
                        property.getValue(),
                        path + "." + property.getKey(),
                        found);
            } else {
                found.add("%s.%s: is not declared".formatted(path, property.getKey()));
            }
        }
        if (value.isArray()) {
            value.forEach(element -> compare(schema.get("items"), element, path + "[]", found));
        }
    }

    private static boolean contains(JsonNode array, JsonNode value) {
        for (JsonNode element : array) {
            if (element.equals(value)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isTime(String text) {
        try {
            return Instant.parse(text).isAfter(Instant.EPOCH);
        } catch (DateTimeParseException e) {
            return false;
        }
    }
}

package io.transship.infra;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A node of a syntax tree of Bicep, with the names of tree-sitter's grammar. Immutable.
 *
 * @param type such as {@code param_declaration}, or the text itself of a sign or keyword
 * @param field its part in the parent, such as {@code left}; empty if it has none
 * @param line from 1
 * @param text of a node without children, empty otherwise
 * @param broken whether the parser could not make sense of it, or misses it
 */
record BicepNode(String type, String field, int line, String text, boolean broken, List<BicepNode> children) {

    static BicepNode of(JsonNode json) {
        List<BicepNode> children = new ArrayList<>();
        json.path("children").forEach(child -> children.add(of(child)));
        return new BicepNode(
                json.path("type").asText(),
                json.path("field").asText(""),
                json.path("line").asInt(),
                json.path("text").asText(""),
                json.path("broken").asBoolean(),
                List.copyOf(children));
    }

    boolean is(String otherType) {
        return type.equals(otherType);
    }

    /** The first child of a type. */
    Optional<BicepNode> child(String childType) {
        return children.stream().filter(node -> node.is(childType)).findFirst();
    }

    /** The child that has this part. */
    BicepNode part(String name) {
        return children.stream()
                .filter(node -> node.field().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("line %d: %s has no %s".formatted(line, type, name)));
    }

    boolean has(String childType) {
        return child(childType).isPresent();
    }

    /** The children that are no signs, keywords, commas or comments. */
    List<BicepNode> operands() {
        return children.stream()
                .filter(node ->
                        node.type().matches("[a-z_]{3,}") && !node.type().equals(node.text()))
                .filter(node -> !node.is("comment") && !node.is("diagnostic_comment"))
                .toList();
    }

    /** The last child that is no sign: the value behind {@code =} or {@code :}. */
    BicepNode value() {
        return operands().getLast();
    }

    /** This node and all below it. */
    Stream<BicepNode> all() {
        return Stream.concat(Stream.of(this), children.stream().flatMap(BicepNode::all));
    }

    /** The text of a string without interpolation, or of an identifier. */
    Optional<String> constant() {
        if (is("string")) {
            return has("interpolation")
                    ? Optional.empty()
                    : Optional.of(children.stream()
                            .map(part -> switch (part.type()) {
                                case "string_content" -> part.text();
                                case "escape_sequence" -> unescaped(part.text());
                                default -> "";
                            })
                            .reduce("", String::concat));
        }
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    static String unescaped(String escape) {
        return switch (escape) {
            case "\\n" -> "\n";
            case "\\r" -> "\r";
            case "\\t" -> "\t";
            default -> escape.substring(1);
        };
    }
}

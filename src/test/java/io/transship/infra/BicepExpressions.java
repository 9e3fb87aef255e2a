package io.transship.infra;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Works out the expressions of one template. Not thread-safe. */
final class BicepExpressions {

    /** What the names in expressions stand for. */
    interface Scope {

        /** The value of a parameter, variable, import or resource. */
        JsonNode symbol(String name);

        JsonNode moduleOutput(String module, String output);

        /** The resource that {@code account::blobs} stands for. */
        JsonNode nested(BicepNode expression, Map<String, JsonNode> names);
    }

    private final BicepFile file;
    private final CloudFacts cloud;
    private final Scope scope;

    BicepExpressions(BicepFile file, CloudFacts cloud, Scope scope) {
        this.file = file;
        this.cloud = cloud;
        this.scope = scope;
    }

    JsonNode evaluate(BicepNode node, Map<String, JsonNode> names) {
        return switch (node.type()) {
            case "string" -> TextNode.valueOf(text(node, names));
            case "number" -> IntNode.valueOf(Integer.parseInt(node.text()));
            case "boolean" ->
                BooleanNode.valueOf(node.all().anyMatch(each -> each.text().equals("true")));
            case "null" -> NullNode.getInstance();
            case "identifier" -> names.containsKey(node.text()) ? names.get(node.text()) : scope.symbol(node.text());
            case "parenthesized_expression" -> evaluate(node.value(), names);
            case "array" -> {
                ArrayNode array = BicepEvaluation.JSON.arrayNode();
                node.operands().forEach(item -> array.add(evaluate(item, names)));
                yield array;
            }
            case "object" -> object(node, names);
            case "for_statement" -> {
                ArrayNode array = BicepEvaluation.JSON.arrayNode();
                rounds(node, names).forEach(round -> array.add(evaluate(node.part("body"), round)));
                yield array;
            }
            case "ternary_expression" ->
                evaluate(node.part("condition"), names).asBoolean()
                        ? evaluate(node.part("consequence"), names)
                        : evaluate(node.part("alternative"), names);
            case "unary_expression" ->
                BooleanNode.valueOf(!evaluate(node.part("argument"), names).asBoolean());
            case "binary_expression" -> binary(node, names);
            case "member_expression" -> member(node, names);
            case "subscript_expression" -> subscript(node, names);
            case "resource_expression" -> scope.nested(node, names);
            case "call_expression" -> call(node, names);
            default ->
                throw new UnsupportedOperationException("%s:%d: %s".formatted(file.path(), node.line(), node.type()));
        };
    }

    private String text(BicepNode string, Map<String, JsonNode> names) {
        StringBuilder text = new StringBuilder();
        for (BicepNode part : string.children()) {
            switch (part.type()) {
                case "string_content" -> text.append(part.text());
                case "escape_sequence" -> text.append(BicepNode.unescaped(part.text()));
                case "interpolation" ->
                    text.append(evaluate(part.value(), names).asText());
                default -> {}
            }
        }
        return text.toString();
    }

    private ObjectNode object(BicepNode node, Map<String, JsonNode> names) {
        ObjectNode object = BicepEvaluation.JSON.objectNode();
        node.children().stream()
                .filter(child -> child.is("object_property"))
                .filter(property -> !property.children().getFirst().is("resource_declaration"))
                .forEach(property -> {
                    BicepNode name = property.children().getFirst();
                    String key = name.is("string") ? text(name, names) : name.text();
                    // The order of deployment is not worked out.
                    if (!key.equals("dependsOn") && !key.equals("parent") && !isScopeOfModule(key, property)) {
                        object.set(key, evaluate(property.value(), names));
                    }
                });
        return object;
    }

    private static boolean isScopeOfModule(String key, BicepNode property) {
        return key.equals("scope") && property.value().is("call_expression");
    }

    private JsonNode binary(BicepNode node, Map<String, JsonNode> names) {
        JsonNode left = evaluate(node.part("left"), names);
        String operator = node.part("operator").type();
        if (operator.equals("&&") || operator.equals("||")) {
            boolean decided = left.asBoolean() == operator.equals("||");
            return decided ? left : evaluate(node.part("right"), names);
        }
        if (operator.equals("??") && !left.isNull()) {
            return left;
        }
        JsonNode right = evaluate(node.part("right"), names);
        return switch (operator) {
            case "??" -> right;
            case "==" -> BooleanNode.valueOf(left.equals(right));
            case "!=" -> BooleanNode.valueOf(!left.equals(right));
            case ">" -> BooleanNode.valueOf(left.asInt() > right.asInt());
            case "-" -> IntNode.valueOf(left.asInt() - right.asInt());
            default -> throw new UnsupportedOperationException(operator);
        };
    }

    private JsonNode member(BicepNode node, Map<String, JsonNode> names) {
        BicepNode object = node.part("object");
        String property = node.part("property").text();
        if (object.is("member_expression")
                && object.part("property").text().equals("outputs")
                && file.modules().containsKey(object.part("object").text())) {
            return scope.moduleOutput(object.part("object").text(), property);
        }
        JsonNode value = evaluate(object, names).get(property);
        if (value == null) {
            throw new IllegalStateException("%s:%d: there is no '%s'".formatted(file.path(), node.line(), property));
        }
        return value;
    }

    private JsonNode subscript(BicepNode node, Map<String, JsonNode> names) {
        JsonNode object = evaluate(node.part("object"), names);
        JsonNode index = evaluate(node.part("index"), names);
        JsonNode value = index.isInt() ? object.get(index.asInt()) : object.get(index.asText());
        if (value == null && !node.has("?")) {
            throw new IllegalStateException("%s:%d: there is no '%s'".formatted(file.path(), node.line(), index));
        }
        return value == null ? NullNode.getInstance() : value;
    }

    /** The names of a loop, for each time that its body counts. */
    List<Map<String, JsonNode>> rounds(BicepNode loop, Map<String, JsonNode> names) {
        List<BicepNode> operands = loop.operands();
        List<String> variables = operands.getFirst()
                .all()
                .filter(node -> node.children().isEmpty() && node.text().matches("\\w+"))
                .map(BicepNode::text)
                .toList();
        List<Map<String, JsonNode>> rounds = new ArrayList<>();
        for (JsonNode item : evaluate(operands.get(1), names)) {
            Map<String, JsonNode> round = new HashMap<>(names);
            round.put(variables.getFirst(), item);
            if (variables.size() > 1) {
                round.put(variables.get(1), IntNode.valueOf(rounds.size()));
            }
            rounds.add(round);
        }
        return rounds;
    }

    private JsonNode call(BicepNode node, Map<String, JsonNode> names) {
        String function = node.part("function").text();
        List<BicepNode> arguments = node.part("arguments").operands();
        BicepFile.Declaration own = file.functions().get(function);
        if (own != null) {
            List<String> parameters = own.node().child("parameters").stream()
                    .flatMap(list -> list.children().stream())
                    .filter(each -> each.is("parameter"))
                    .map(each -> each.child("identifier").orElseThrow().text())
                    .toList();
            Map<String, JsonNode> inside = new LinkedHashMap<>();
            for (int i = 0; i < parameters.size(); i++) {
                inside.put(parameters.get(i), evaluate(arguments.get(i), names));
            }
            return evaluate(own.value(), inside);
        }
        if (function.equals("reduce")) {
            return reduce(arguments, names);
        }
        List<JsonNode> values =
                arguments.stream().map(argument -> evaluate(argument, names)).toList();
        return new BicepFunctions(file.path(), cloud).call(function, values);
    }

    private JsonNode reduce(List<BicepNode> arguments, Map<String, JsonNode> names) {
        BicepNode lambda = arguments.get(2);
        List<String> variables = lambda.operands().getFirst().operands().stream()
                .map(BicepNode::text)
                .toList();
        JsonNode result = evaluate(arguments.get(1), names);
        for (JsonNode item : evaluate(arguments.getFirst(), names)) {
            Map<String, JsonNode> inside = new HashMap<>(names);
            inside.put(variables.getFirst(), result);
            inside.put(variables.get(1), item);
            result = evaluate(lambda.value(), inside);
        }
        return result;
    }
}

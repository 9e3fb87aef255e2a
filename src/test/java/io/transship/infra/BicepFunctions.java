package io.transship.infra;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The functions of Bicep that the templates call. Ids that Azure would compute by its own rules are made up. */
final class BicepFunctions {

    private final Path file;
    private final CloudFacts cloud;

    BicepFunctions(Path file, CloudFacts cloud) {
        this.file = file;
        this.cloud = cloud;
    }

    JsonNode call(String function, List<JsonNode> values) {
        return switch (function) {
            case "environment" -> cloud.environment();
            case "subscription" -> BicepEvaluation.JSON.objectNode().put("subscriptionId", CloudFacts.SUBSCRIPTION);
            case "tenant" -> BicepEvaluation.JSON.objectNode().put("tenantId", "44444444-4444-4444-4444-444444444444");
            case "resourceGroup" ->
                BicepEvaluation.JSON
                        .objectNode()
                        .put("name", CloudFacts.GROUP)
                        .put("location", "westeurope")
                        .put(
                                "id",
                                "/subscriptions/%s/resourceGroups/%s"
                                        .formatted(CloudFacts.SUBSCRIPTION, CloudFacts.GROUP));
            case "resourceId", "subscriptionResourceId" ->
                TextNode.valueOf(cloud.resourceId(text(values, 0), text(values, 1)));
            case "guid" -> TextNode.valueOf(named(values).toString());
            case "uniqueString" ->
                TextNode.valueOf(named(values).toString().replace("-", "").substring(0, 13));
            case "union" -> union(values);
            case "split" -> {
                ArrayNode parts = BicepEvaluation.JSON.arrayNode();
                Arrays.stream(text(values, 0).split(Pattern.quote(text(values, 1)), -1))
                        .forEach(parts::add);
                yield parts;
            }
            case "join" ->
                TextNode.valueOf(StreamSupport.stream(values.getFirst().spliterator(), false)
                        .map(JsonNode::asText)
                        .collect(Collectors.joining(text(values, 1))));
            case "last" -> values.getFirst().get(values.getFirst().size() - 1);
            case "empty" ->
                BooleanNode.valueOf(
                        values.getFirst().isTextual()
                                ? text(values, 0).isEmpty()
                                : values.getFirst().isEmpty());
            case "contains" ->
                BooleanNode.valueOf(
                        values.getFirst().isObject()
                                ? values.getFirst().has(text(values, 1))
                                : text(values, 0).contains(text(values, 1)));
            case "startsWith" -> BooleanNode.valueOf(text(values, 0).startsWith(text(values, 1)));
            case "replace" -> TextNode.valueOf(text(values, 0).replace(text(values, 1), text(values, 2)));
            case "string" ->
                TextNode.valueOf(
                        values.getFirst().isTextual()
                                ? text(values, 0)
                                : values.getFirst().toString());
            case "length" ->
                IntNode.valueOf(
                        values.getFirst().isTextual()
                                ? text(values, 0).length()
                                : values.getFirst().size());
            case "substring" -> {
                int from = values.get(1).asInt();
                yield TextNode.valueOf(
                        text(values, 0).substring(from, from + values.get(2).asInt()));
            }
            case "range" -> {
                ArrayNode numbers = BicepEvaluation.JSON.arrayNode();
                for (int i = 0; i < values.get(1).asInt(); i++) {
                    numbers.add(values.getFirst().asInt() + i);
                }
                yield numbers;
            }
            case "cidrSubnet" -> TextNode.valueOf("%s %s %s".formatted(text(values, 0), values.get(1), values.get(2)));
            case "loadTextContent" -> {
                try {
                    yield TextNode.valueOf(Files.readString(file.resolveSibling(text(values, 0))));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            default -> throw new UnsupportedOperationException(function);
        };
    }

    private static String text(List<JsonNode> values, int index) {
        return values.get(index).asText();
    }

    private static UUID named(List<JsonNode> values) {
        return UUID.nameUUIDFromBytes(values.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Arrays become one without doubles; of objects the last one wins, and what is inside is united too. */
    private static JsonNode union(List<JsonNode> values) {
        if (values.getFirst().isArray()) {
            ArrayNode all = BicepEvaluation.JSON.arrayNode();
            values.stream()
                    .flatMap(array -> StreamSupport.stream(array.spliterator(), false))
                    .distinct()
                    .forEach(all::add);
            return all;
        }
        ObjectNode all = BicepEvaluation.JSON.objectNode();
        values.forEach(object -> object.properties().forEach(entry -> {
            JsonNode before = all.get(entry.getKey());
            boolean bothObjects =
                    before != null && before.isObject() && entry.getValue().isObject();
            all.set(entry.getKey(), bothObjects ? union(List.of(before, entry.getValue())) : entry.getValue());
        }));
        return all;
    }
}

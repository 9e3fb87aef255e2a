package io.transship.infra;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Works out what a template would deploy with given parameters, as far as that can be known without Azure: what services
 * make up themselves, such as the id of an identity, is made up here. Knows the part of Bicep that {@code infra/} uses, and fails
 * at anything else. Not thread-safe.
 */
final class BicepEvaluation implements BicepExpressions.Scope {

    static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /**
     * A resource that would be deployed.
     *
     * @param type without the version
     * @param id its whole resource id
     * @param body with everything worked out
     */
    record Planned(String type, String id, JsonNode body) {}

    private final BicepFile file;
    private final Map<String, JsonNode> given;
    private final CloudFacts cloud;
    private final Map<String, JsonNode> known = new HashMap<>();
    private final Map<String, BicepEvaluation> modules = new HashMap<>();
    private final BicepExpressions expressions;

    BicepEvaluation(BicepFile file, Map<String, JsonNode> given, CloudFacts cloud) {
        this.file = file;
        this.given = given;
        this.cloud = cloud;
        this.expressions = new BicepExpressions(file, cloud, this);
    }

    /** Of a template with the values of a parameter file, of which some are replaced. */
    static BicepEvaluation of(BicepFile parameterFile, Map<String, JsonNode> instead, CloudFacts cloud) {
        BicepEvaluation values = new BicepEvaluation(parameterFile, Map.of(), cloud);
        Map<String, JsonNode> given = new HashMap<>();
        parameterFile.variables().keySet().forEach(name -> given.put(name, values.symbol(name)));
        given.putAll(instead);
        return new BicepEvaluation(Templates.file(parameterFile.template()), given, cloud);
    }

    JsonNode output(String name) {
        BicepFile.Declaration output = file.outputs().get(name);
        if (output == null) {
            throw new IllegalArgumentException("%s has no output '%s'".formatted(file.path(), name));
        }
        return evaluate(output.value(), Map.of());
    }

    /** All resources of this template and its modules that are not there before, in the order of their declaration. */
    List<Planned> plan() {
        List<Planned> planned = new ArrayList<>();
        file.resources().values().stream()
                .filter(resource -> !resource.isExisting())
                .forEach(resource ->
                        instances(resource.value(), Map.of()).forEach(instance -> plan(resource, instance, planned)));
        file.modules()
                .values()
                .forEach(module -> instances(module.value(), Map.of())
                        .forEach(instance ->
                                planned.addAll(called(module, instance).plan())));
        return planned;
    }

    /** One time that a body is deployed: in a loop, with the loop's names. */
    private record Instance(BicepNode body, Map<String, JsonNode> names) {}

    private List<Instance> instances(BicepNode value, Map<String, JsonNode> names) {
        return switch (value.type()) {
            case "if_statement" ->
                evaluate(value.child("parenthesized_expression").orElseThrow(), names)
                                .asBoolean()
                        ? instances(value.value(), names)
                        : List.of();
            case "for_statement" ->
                rounds(value, names).stream()
                        .flatMap(round -> instances(value.part("body"), round).stream())
                        .toList();
            default -> List.of(new Instance(value, names));
        };
    }

    private void plan(BicepFile.Declaration resource, Instance instance, List<Planned> planned) {
        JsonNode self = described(resource.subject(), instance, Optional.empty());
        planned.add(new Planned(
                typeOf(resource.subject()), self.path("id").asText(), evaluate(instance.body(), instance.names())));
        planNested(resource.subject(), self, instance, planned);
    }

    private void planNested(String parentType, JsonNode parent, Instance instance, List<Planned> planned) {
        for (BicepNode nested : nestedIn(instance.body())) {
            String type = typeOf(parentType) + "/" + subjectOf(nested);
            for (Instance each : instances(nested.value(), instance.names())) {
                JsonNode self = described(type, each, Optional.of(parent));
                planned.add(new Planned(type, self.path("id").asText(), evaluate(each.body(), each.names())));
                planNested(type, self, each, planned);
            }
        }
    }

    private static List<BicepNode> nestedIn(BicepNode body) {
        return body.children().stream()
                .filter(node -> node.is("object_property"))
                .map(node -> node.children().getFirst())
                .filter(node -> node.is("resource_declaration"))
                .toList();
    }

    private static String subjectOf(BicepNode declaration) {
        return declaration.child("string").flatMap(BicepNode::constant).orElseThrow();
    }

    private static String typeOf(String subject) {
        return subject.replaceFirst("@.*", "");
    }

    /** A resource as expressions see it: its id, its name, and what the service would say of it. */
    private JsonNode described(String subject, Instance instance, Optional<JsonNode> parent) {
        String type = typeOf(subject);
        String name = evaluate(BicepLinks.property(instance.body(), "name"), instance.names())
                .asText();
        Optional<JsonNode> above =
                parent.isEmpty() && BicepLinks.propertiesOf(instance.body()).contains("parent")
                        ? Optional.of(evaluate(BicepLinks.property(instance.body(), "parent"), instance.names()))
                        : parent;
        String id = above.map(p -> p.path("id").asText() + "/" + type.substring(type.lastIndexOf('/') + 1) + "/" + name)
                .orElseGet(() -> cloud.resourceId(type, name));
        return cloud.resource(type, name, id);
    }

    private BicepEvaluation called(BicepFile.Declaration module, Instance instance) {
        Map<String, JsonNode> parameters = new HashMap<>();
        BicepNode object = BicepLinks.property(instance.body(), "params");
        evaluate(object, instance.names())
                .properties()
                .forEach(entry -> parameters.put(entry.getKey(), entry.getValue()));
        return new BicepEvaluation(Templates.module(file, module.name()), parameters, cloud);
    }

    private JsonNode evaluate(BicepNode node, Map<String, JsonNode> names) {
        return expressions.evaluate(node, names);
    }

    private List<Map<String, JsonNode>> rounds(BicepNode loop, Map<String, JsonNode> names) {
        return expressions.rounds(loop, names);
    }

    @Override
    public JsonNode symbol(String name) {
        JsonNode value = known.get(name);
        if (value == null) {
            value = declared(name);
            known.put(name, value);
        }
        return value;
    }

    private JsonNode declared(String name) {
        if (given.containsKey(name)) {
            return given.get(name);
        }
        if (file.imports().containsKey(name)) {
            return new BicepEvaluation(Templates.file(file.imports().get(name)), Map.of(), cloud).symbol(name);
        }
        BicepFile.Declaration resource = file.resources().get(name);
        if (resource != null) {
            BicepNode value = resource.value();
            if (!value.is("for_statement")) {
                return described(
                        resource.subject(), new Instance(BicepLinks.innermost(value), Map.of()), Optional.empty());
            }
            ArrayNode all = JSON.arrayNode();
            instances(value, Map.of())
                    .forEach(instance -> all.add(described(resource.subject(), instance, Optional.empty())));
            return all;
        }
        BicepFile.Declaration value = file.variables().containsKey(name)
                ? file.variables().get(name)
                : file.parameters().get(name);
        if (value == null) {
            throw new IllegalStateException("%s: '%s' is declared nowhere".formatted(file.path(), name));
        }
        if (!value.hasDefault()) {
            throw new IllegalStateException("%s: parameter '%s' is not given".formatted(file.path(), name));
        }
        return evaluate(value.value(), Map.of());
    }

    @Override
    public JsonNode moduleOutput(String module, String output) {
        BicepEvaluation evaluation = modules.get(module);
        if (evaluation == null) {
            BicepFile.Declaration declaration =
                    Objects.requireNonNull(file.modules().get(module));
            List<Instance> instances = instances(declaration.value(), Map.of());
            if (instances.size() != 1) {
                throw new IllegalStateException(
                        "%s: output '%s' of module '%s', which is not deployed".formatted(file.path(), output, module));
            }
            evaluation = called(declaration, instances.getFirst());
            modules.put(module, evaluation);
        }
        return evaluation.output(output);
    }

    /** A resource that is declared inside another one, as {@code account::blobs}. */
    @Override
    public JsonNode nested(BicepNode expression, Map<String, JsonNode> names) {
        List<String> path = new ArrayList<>();
        BicepNode node = expression;
        while (node.is("resource_expression")) {
            path.addFirst(node.part("resource").text());
            node = node.part("object");
        }
        BicepFile.Declaration outer = Objects.requireNonNull(file.resources().get(node.text()));
        String type = typeOf(outer.subject());
        JsonNode parent = evaluate(node, names);
        BicepNode body = BicepLinks.body(outer);
        for (String name : path) {
            BicepNode inner = nestedIn(body).stream()
                    .filter(each ->
                            each.child("identifier").orElseThrow().text().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("there is no resource '%s'".formatted(name)));
            type = type + "/" + subjectOf(inner);
            body = BicepLinks.innermost(inner.value());
            parent = described(type, new Instance(body, names), Optional.of(parent));
        }
        return parent;
    }
}

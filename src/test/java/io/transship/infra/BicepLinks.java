package io.transship.infra;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Which names a template uses, and what they lead to. Not thread-safe. */
final class BicepLinks {

    /** An output of a module that an expression reads. */
    record OutputUse(String module, String output) {}

    private final BicepFile file;
    private final List<String> dangling = new ArrayList<>();
    private final Set<String> used = new TreeSet<>();
    private final List<OutputUse> outputs = new ArrayList<>();

    BicepLinks(BicepFile file) {
        this.file = file;
        Set<String> symbols = new HashSet<>(file.symbols());
        file.root().children().forEach(node -> walk(node, symbols));
    }

    /** Names that are declared nowhere, with their line. */
    List<String> dangling() {
        return dangling;
    }

    /** Parameters, variables and imports that nothing uses. What others import from here counts as used. */
    Set<String> unused() {
        Set<String> unused = new TreeSet<>(file.parameters().keySet());
        file.variables().values().stream()
                .filter(variable -> !variable.decorators().containsKey("export"))
                .forEach(variable -> unused.add(variable.name()));
        unused.addAll(file.imports().keySet());
        unused.removeAll(used);
        return unused;
    }

    List<OutputUse> outputsUsed() {
        return outputs;
    }

    /** The object of a resource or module, behind any loop and condition. */
    static BicepNode body(BicepFile.Declaration declaration) {
        return innermost(declaration.value());
    }

    static BicepNode innermost(BicepNode value) {
        return switch (value.type()) {
            case "for_statement" -> innermost(value.part("body"));
            case "if_statement" -> innermost(value.value());
            default -> value;
        };
    }

    static BicepNode property(BicepNode object, String name) {
        return object.children().stream()
                .filter(node -> node.is("object_property"))
                .filter(node -> nameOf(node).equals(Optional.of(name)))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalStateException("line %d: the object has no '%s'".formatted(object.line(), name)))
                .value();
    }

    static List<String> propertiesOf(BicepNode object) {
        return object.children().stream()
                .filter(node -> node.is("object_property"))
                .flatMap(node -> nameOf(node).stream())
                .toList();
    }

    /** The name before the colon; empty if it is computed, or if there is a resource in place of a property. */
    static Optional<String> nameOf(BicepNode property) {
        BicepNode first = property.children().getFirst();
        return first.is("identifier") || first.is("string") ? first.constant() : Optional.empty();
    }

    private void walk(BicepNode node, Set<String> known) {
        switch (node.type()) {
            case "identifier" -> use(node, known);
            case "metadata_declaration", "variable_declaration", "output_declaration" -> walk(node.value(), known);
            case "parameter_declaration" -> {
                if (node.has("=")) {
                    walk(node.value(), known);
                }
            }
            case "resource_declaration", "module_declaration" -> {
                Set<String> inside = new HashSet<>(known);
                walk(node.value(), inside);
            }
            case "import_functionality", "target_scope_assignment", "using_statement", "type", "decorators" -> {}
            case "user_defined_function" -> {
                Set<String> inside = new HashSet<>();
                node.child("parameters").stream()
                        .flatMap(BicepNode::all)
                        .filter(each -> each.is("identifier"))
                        .forEach(each -> inside.add(each.text()));
                walk(node.value(), inside);
            }
            case "object" -> walkObject(node, known);
            case "object_property" -> {
                BicepNode name = node.children().getFirst();
                if (name.is("resource_declaration")) {
                    walk(name, known);
                } else {
                    if (name.is("string")) {
                        walk(name, known);
                    }
                    walk(node.value(), known);
                }
            }
            case "for_statement", "lambda_expression" -> walkWithNames(node, known);
            case "call_expression" -> walk(node.part("arguments"), known);
            case "member_expression" -> {
                noteOutput(node);
                walk(node.part("object"), known);
            }
            case "resource_expression" -> walk(node.part("object"), known);
            default -> node.children().forEach(child -> walk(child, known));
        }
    }

    /** Resources that are declared inside an object are known in all of it. */
    private void walkObject(BicepNode object, Set<String> known) {
        Set<String> inside = new HashSet<>(known);
        object.children().stream()
                .filter(node -> node.is("object_property"))
                .map(node -> node.children().getFirst())
                .filter(node -> node.is("resource_declaration"))
                .forEach(node ->
                        inside.add(node.child("identifier").orElseThrow().text()));
        object.children().forEach(child -> walk(child, inside));
    }

    private void walkWithNames(BicepNode node, Set<String> known) {
        Set<String> inside = new HashSet<>(known);
        List<BicepNode> operands = new ArrayList<>(node.operands());
        BicepNode names = operands.removeFirst();
        names.all()
                .filter(each -> each.is("identifier") || each.is("loop_variable") || each.is("loop_enumerator"))
                .forEach(each -> inside.add(each.text()));
        operands.forEach(operand -> walk(operand, inside));
    }

    private void noteOutput(BicepNode node) {
        BicepNode object = node.part("object");
        if (object.is("member_expression")
                && object.part("property").text().equals("outputs")
                && object.part("object").is("identifier")) {
            outputs.add(new OutputUse(
                    object.part("object").text(), node.part("property").text()));
        }
    }

    private void use(BicepNode identifier, Set<String> known) {
        used.add(identifier.text());
        if (!known.contains(identifier.text())) {
            dangling.add(
                    "%s:%d: '%s' is declared nowhere".formatted(file.path(), identifier.line(), identifier.text()));
        }
    }
}

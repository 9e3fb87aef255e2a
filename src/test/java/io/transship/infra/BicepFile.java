package io.transship.infra;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A template and what it declares, by name. Immutable.
 *
 * @param imports name to the path that it is imported from
 */
record BicepFile(
        Path path,
        BicepNode root,
        Map<String, Declaration> parameters,
        Map<String, Declaration> variables,
        Map<String, Declaration> resources,
        Map<String, Declaration> modules,
        Map<String, Declaration> outputs,
        Map<String, Declaration> functions,
        Map<String, Path> imports) {

    /**
     * A declaration at the top of a file.
     *
     * @param decorators names and arguments of those above it
     */
    record Declaration(String name, BicepNode node, Map<String, BicepNode> decorators) {

        boolean isDescribed() {
            BicepNode description = decorators.get("description");
            return description != null
                    && description
                            .all()
                            .anyMatch(node -> !node.constant().orElse("").isBlank());
        }

        boolean hasDefault() {
            return node.has("=");
        }

        BicepNode value() {
            return node.value();
        }

        /** The type and version of a resource, or the path of a module. */
        String subject() {
            return node.child("string").flatMap(BicepNode::constant).orElseThrow();
        }

        boolean isExisting() {
            return node.has("existing");
        }
    }

    static BicepFile of(Path path, BicepNode root) {
        Map<String, List<Declaration>> byType = new LinkedHashMap<>();
        Map<String, Path> imports = new LinkedHashMap<>();
        Map<String, BicepNode> decorators = new LinkedHashMap<>();
        for (BicepNode node : root.children()) {
            if (node.is("decorators")) {
                node.children().stream()
                        .filter(each -> each.is("decorator"))
                        .map(each -> each.child("call_expression").orElseThrow())
                        .forEach(call -> decorators.put(call.part("function").text(), call));
                continue;
            }
            if (node.is("import_functionality")) {
                Path from = path.resolveSibling(node.child("string")
                                .flatMap(BicepNode::constant)
                                .orElseThrow())
                        .normalize();
                node.children().stream()
                        .filter(each -> each.is("identifier"))
                        .forEach(each -> imports.put(each.text(), from));
            }
            node.child("identifier")
                    .map(BicepNode::text)
                    .ifPresent(name -> byType.computeIfAbsent(node.type(), type -> new ArrayList<>())
                            .add(new Declaration(name, node, Map.copyOf(decorators))));
            if (!node.is("comment")) {
                decorators.clear();
            }
        }
        Function<String, Map<String, Declaration>> named = type -> byType.getOrDefault(type, List.of()).stream()
                .collect(Collectors.toMap(
                        Declaration::name, Function.identity(), BicepFile::onlyOne, LinkedHashMap::new));
        return new BicepFile(
                path,
                root,
                named.apply("parameter_declaration"),
                named.apply("variable_declaration"),
                named.apply("resource_declaration"),
                named.apply("module_declaration"),
                named.apply("output_declaration"),
                named.apply("user_defined_function"),
                imports);
    }

    /** The path, which is what a test is called by. */
    @Override
    public String toString() {
        return path.toString();
    }

    /** The names that expressions of this file can use. */
    Set<String> symbols() {
        return Stream.of(parameters, variables, resources, modules, functions, imports)
                .flatMap(declared -> declared.keySet().stream())
                .collect(Collectors.toSet());
    }

    boolean isParameterFile() {
        return path.toString().endsWith(".bicepparam");
    }

    /** The template that a parameter file is for. */
    Path template() {
        return path.resolveSibling(root.child("using_statement")
                        .flatMap(using -> using.child("string"))
                        .flatMap(BicepNode::constant)
                        .orElseThrow())
                .normalize();
    }

    private static Declaration onlyOne(Declaration one, Declaration other) {
        throw new IllegalStateException("'%s' is declared in line %d and in line %d"
                .formatted(one.name(), one.node().line(), other.node().line()));
    }
}

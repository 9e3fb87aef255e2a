package io.transship.infra;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Templates that a parser accepts, whose names all lead somewhere, and that say what their parameters are for. */
class BicepSyntaxTest {

    /** Functions of Bicep that the templates use. A new one is added here after a look at its documentation. */
    private static final Set<String> FUNCTIONS = Set.of(
            "cidrSubnet",
            "contains",
            "empty",
            "environment",
            "guid",
            "join",
            "last",
            "length",
            "loadTextContent",
            "range",
            "reduce",
            "replace",
            "resourceGroup",
            "resourceId",
            "split",
            "startsWith",
            "string",
            "subscription",
            "subscriptionResourceId",
            "substring",
            "tenant",
            "union",
            "uniqueString");

    static Stream<BicepFile> files() {
        return Templates.all().values().stream();
    }

    static Stream<BicepFile> templates() {
        return files().filter(file -> !file.isParameterFile());
    }

    @ParameterizedTest
    @MethodSource("files")
    void each_file_is_bicep(BicepFile file) {
        assertThat(broken(file.root())).as("lines of %s", file.path()).isEmpty();
    }

    @Test
    void what_is_no_bicep_is_noticed(@TempDir Path folder) throws IOException {
        List<String> texts = List.of(
                "var x = {\n  a: 1\n",
                "var x = 'open",
                "resource r 'a@1' = {\n  name 'x'\n}",
                "param p string = \nvar y = 1",
                "var x = a ? b",
                "var x = [\n  1\n");
        List<Path> files = new ArrayList<>();
        for (String text : texts) {
            files.add(Files.writeString(folder.resolve(files.size() + ".bicep"), text));
        }

        assertThat(Templates.parse(files))
                .hasSize(texts.size())
                .allSatisfy((file, tree) -> assertThat(broken(tree)).isNotEmpty());
    }

    @ParameterizedTest
    @MethodSource("templates")
    void every_name_leads_somewhere(BicepFile file) {
        assertThat(new BicepLinks(file).dangling()).isEmpty();
    }

    @Test
    void a_name_that_leads_nowhere_is_noticed(@TempDir Path folder) throws IOException {
        Path path = Files.writeString(folder.resolve("x.bicep"), """
                param used string
                param unused string
                var a = '${used}${missing}'
                var b = map([1], n => n + a + m)
                output o string = noFunction(b)
                """);
        BicepFile file = BicepFile.of(path, parsed(path));

        assertThat(new BicepLinks(file).dangling())
                .anyMatch(line -> line.contains("'missing'"))
                .anyMatch(line -> line.contains("'m'"))
                .noneMatch(line -> line.contains("'n'"));
        assertThat(new BicepLinks(file).unused()).containsExactly("unused");
    }

    @ParameterizedTest
    @MethodSource("templates")
    void nothing_is_declared_in_vain(BicepFile file) {
        assertThat(new BicepLinks(file).unused()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("templates")
    void only_known_functions_are_called(BicepFile file) {
        Set<String> called = new TreeSet<>();
        file.root()
                .all()
                .filter(node -> node.is("call_expression"))
                .filter(call -> file.root()
                        .all()
                        .noneMatch(
                                node -> node.is("decorator") && node.children().contains(call)))
                .map(call -> call.part("function").text())
                .forEach(called::add);
        called.removeAll(file.functions().keySet());

        assertThat(FUNCTIONS).containsAll(called);
    }

    @ParameterizedTest
    @MethodSource("templates")
    void modules_are_given_what_they_need_and_nothing_else(BicepFile file) {
        file.modules().values().forEach(module -> {
            BicepFile called = Templates.file(file.path().resolveSibling(module.subject()));
            Set<String> given =
                    new TreeSet<>(BicepLinks.propertiesOf(BicepLinks.property(BicepLinks.body(module), "params")));
            Set<String> needed = new TreeSet<>();
            called.parameters().values().stream()
                    .filter(parameter -> !parameter.hasDefault())
                    .forEach(parameter -> needed.add(parameter.name()));

            assertThat(called.parameters().keySet())
                    .as("parameters of %s", called.path())
                    .containsAll(given);
            assertThat(given).as("given to %s", called.path()).containsAll(needed);
        });
    }

    @ParameterizedTest
    @MethodSource("templates")
    void outputs_of_modules_that_are_used_exist(BicepFile file) {
        assertThat(new BicepLinks(file).outputsUsed()).allSatisfy(used -> {
            assertThat(file.modules()).containsKey(used.module());
            assertThat(Templates.module(file, used.module()).outputs()).containsKey(used.output());
        });
    }

    @ParameterizedTest
    @MethodSource("templates")
    void every_parameter_and_output_is_described(BicepFile file) {
        assertThat(Stream.concat(file.parameters().values().stream(), file.outputs().values().stream())
                        .filter(declaration -> !declaration.isDescribed())
                        .map(BicepFile.Declaration::name))
                .isEmpty();
        assertThat(file.root().children().getFirst().is("metadata_declaration"))
                .as("%s begins with what it is", file.path())
                .isTrue();
    }

    @Test
    void one_type_of_resource_has_one_version() {
        Set<String> types = new TreeSet<>();
        templates()
                .flatMap(file -> file.resources().values().stream())
                .map(BicepFile.Declaration::subject)
                .forEach(types::add);

        assertThat(types).allMatch(type -> type.matches("Microsoft\\.[A-Za-z/.]+@20\\d\\d-\\d\\d-\\d\\d"));
        assertThat(types.stream().map(type -> type.replaceFirst("@.*", ""))).doesNotHaveDuplicates();
    }

    @Test
    void every_module_is_used() throws IOException {
        Set<Path> used = new TreeSet<>();
        templates()
                .forEach(file -> file.modules()
                        .values()
                        .forEach(module -> used.add(
                                file.path().resolveSibling(module.subject()).normalize())));

        assertThat(used)
                .containsExactlyInAnyOrderElementsOf(Templates.under(Templates.INFRA.resolve("modules"), ".bicep"));
    }

    @Test
    void nothing_secret_is_put_out() {
        assertThat(templates().flatMap(file -> file.root().all()).map(BicepNode::text))
                .as("functions that give keys, and properties that hold them")
                .noneMatch(
                        text -> text.matches("(?i)list[A-Z]\\w*|instrumentationKey|primaryKey|accountKey|secretValue"));
        assertThat(templates().flatMap(file -> file.outputs().keySet().stream()))
                .noneMatch(name -> name.matches("(?i).*(password|key(?!_?vault)|token|secret).*"));
    }

    private static BicepNode parsed(Path file) throws IOException {
        return Templates.parse(List.of(file)).values().iterator().next();
    }

    private static List<Integer> broken(BicepNode root) {
        return root.all()
                .filter(node -> node.broken() || node.is("ERROR"))
                .map(BicepNode::line)
                .toList();
    }
}

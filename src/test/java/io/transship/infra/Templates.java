package io.transship.infra;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The files in {@code infra/}, parsed once for all tests. */
final class Templates {

    static final Path INFRA = Path.of("infra");
    static final Path MAIN = INFRA.resolve("main.bicep");
    static final Path EVENTS = INFRA.resolve("events.bicep");

    private Templates() {}

    private static final class Parsed {

        private static final Map<Path, BicepFile> ALL = parsed();

        private static Map<Path, BicepFile> parsed() {
            try {
                Map<Path, BicepFile> all = new TreeMap<>();
                parse(under(INFRA, ".bicep", ".bicepparam"))
                        .forEach((path, tree) -> all.put(path, BicepFile.of(path, tree)));
                return all;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** All Bicep files, those of parameters included. */
    static Map<Path, BicepFile> all() {
        return Parsed.ALL;
    }

    static BicepFile file(Path path) {
        BicepFile file = all().get(path.normalize());
        if (file == null) {
            throw new IllegalArgumentException("there is no template " + path);
        }
        return file;
    }

    /** The template that a module of this name is made from. */
    static BicepFile module(BicepFile file, String name) {
        BicepFile.Declaration module = file.modules().get(name);
        if (module == null) {
            throw new IllegalArgumentException("%s has no module '%s'".formatted(file.path(), name));
        }
        return file(file.path().resolveSibling(module.subject()));
    }

    /** The files with one of these endings, in a fixed order. */
    static List<Path> under(Path folder, String... endings) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> Stream.of(endings).anyMatch(file.toString()::endsWith))
                    .sorted()
                    .toList();
        }
    }

    /** Parses files by the grammar, in one process of Node. */
    static Map<Path, BicepNode> parse(List<Path> files) throws IOException {
        Map<Path, BicepNode> parsed = new TreeMap<>();
        NodeScript.BICEP
                .ask(files)
                .properties()
                .forEach(entry -> parsed.put(Path.of(entry.getKey()), BicepNode.of(entry.getValue())));
        return parsed;
    }
}

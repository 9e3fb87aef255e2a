package io.transship.infra;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A script that asks a parser from npm about files, in one process of Node.
 *
 * @param script beside this class among the test resources; prints JSON
 * @param needs the packages that it loads
 */
record NodeScript(String script, List<String> needs) {

    static final NodeScript BICEP = new NodeScript("bicep-syntax.js", List.of("web-tree-sitter", "tree-sitter-bicep"));
    static final NodeScript KUSTO = new NodeScript("kusto-check.js", List.of("@kusto/language-service-next"));

    private static final Path FOLDER = Path.of("src/test/resources/io/transship/infra");

    /**
     * Runs it and waits for its end.
     *
     * @return what it printed
     * @throws IOException if it fails, or a package is not there
     */
    JsonNode ask(List<Path> files) throws IOException {
        List<String> command = new ArrayList<>(
                List.of("node", FOLDER.resolve(script).toString(), modules().toString()));
        files.forEach(file -> command.add(file.toString()));
        Path printed = Files.createTempFile("node", ".json");
        Path errors = Files.createTempFile("node", ".txt");
        try {
            Process node = new ProcessBuilder(command)
                    .redirectOutput(printed.toFile())
                    .redirectError(errors.toFile())
                    .start();
            if (!node.waitFor(90, TimeUnit.SECONDS)) {
                node.destroyForcibly();
                throw new IOException(script + " did not come to an end");
            }
            if (node.exitValue() != 0) {
                throw new IOException(script + " failed: " + Files.readString(errors));
            }
            return new ObjectMapper().readTree(printed.toFile());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            Files.delete(printed);
            Files.delete(errors);
        }
    }

    /** The folder that {@code ./dev test} installs into, or one that is prepared. */
    private Path modules() throws IOException {
        List<Path> folders = Stream.concat(
                        Stream.ofNullable(System.getenv("TRANSSHIP_TOOLS"))
                                .flatMap(tools -> Stream.of(
                                        Path.of(tools, "node_modules"), Path.of(tools, "npm", "node_modules"))),
                        Stream.of(Path.of(".local", "parsers", "node_modules")))
                .map(Path::toAbsolutePath)
                .toList();
        return folders.stream()
                .filter(folder -> needs.stream().allMatch(name -> Files.isDirectory(folder.resolve(name))))
                .findFirst()
                .orElseThrow(() ->
                        new IOException("%s are in none of %s: './dev test' installs them".formatted(needs, folders)));
    }
}

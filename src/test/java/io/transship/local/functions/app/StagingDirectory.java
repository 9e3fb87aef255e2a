package io.transship.local.functions.app;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.transship.local.functions.app.FunctionDefinition.AuthLevel;
import io.transship.local.functions.app.FunctionDefinition.QueueOutput;
import io.transship.local.functions.app.FunctionDefinition.Trigger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads the directory that the Maven plugin packages and Azure deploys: {@code host.json}, the app's jar,
 * {@code lib/*.jar} and one {@code <Function>/function.json} each.
 *
 * @see <a href="https://learn.microsoft.com/azure/azure-functions/functions-reference-java#folder-structure">
 *     Folder structure</a>
 */
final class StagingDirectory {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Rules of "Naming queues and metadata" in the Queue service REST API. */
    private static final Pattern QUEUE_NAME = Pattern.compile("(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*");

    private final Path root;
    private final HostSettings settings;
    private final List<String> problems;

    StagingDirectory(Path root, HostSettings settings, List<String> problems) {
        this.root = root.toAbsolutePath().normalize();
        this.settings = settings;
        this.problems = problems;
    }

    List<FunctionDefinition> functions() throws IOException {
        List<FunctionDefinition> found = new ArrayList<>();
        for (Path directory : children(root)) {
            Path file = directory.resolve("function.json");
            if (Files.isRegularFile(file)) {
                parse(directory, file).ifPresent(found::add);
            }
        }
        if (found.isEmpty() && problems.isEmpty()) {
            problems.add("no functions in '%s'; package the app first".formatted(root));
        }
        return found;
    }

    List<Path> libraries() throws IOException {
        Path lib = root.resolve("lib");
        if (!Files.isDirectory(lib)) {
            return List.of();
        }
        return children(lib).stream()
                .filter(path -> path.toString().endsWith(".jar"))
                .toList();
    }

    private static List<Path> children(Path directory) throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            return children.sorted().toList();
        }
    }

    private Optional<FunctionDefinition> parse(Path directory, Path file) throws IOException {
        try {
            return read(directory, file);
        } catch (JacksonException | IllegalArgumentException e) {
            problems.add("'%s' cannot be understood: %s".formatted(file, e.getMessage()));
            return Optional.empty();
        }
    }

    private Optional<FunctionDefinition> read(Path directory, Path file) throws IOException {
        String name = String.valueOf(directory.getFileName());
        JsonNode json = JSON.readTree(Files.readString(file));
        Path jar = directory.resolve(json.path("scriptFile").asText()).normalize();
        if (!Files.isRegularFile(jar) || !root.equals(jar.getParent())) {
            problems.add("function '%s': scriptFile '%s' is no file of the staging directory"
                    .formatted(name, json.path("scriptFile").asText()));
        }
        String entryPoint = json.path("entryPoint").asText();
        int dot = entryPoint.lastIndexOf('.');
        if (dot < 1) {
            problems.add("function '%s': entryPoint '%s' is not package.Class.method".formatted(name, entryPoint));
            return Optional.empty();
        }
        List<Trigger> triggers = new ArrayList<>();
        List<QueueOutput> outputs = new ArrayList<>();
        for (JsonNode binding : json.path("bindings")) {
            if (binding.path("type").asText().endsWith("Trigger")) {
                trigger(name, binding).ifPresent(triggers::add);
            } else {
                output(name, binding).ifPresent(outputs::add);
            }
        }
        if (triggers.size() != 1) {
            problems.add(
                    "function '%s': must have exactly one usable trigger, found %d".formatted(name, triggers.size()));
            return Optional.empty();
        }
        return Optional.of(new FunctionDefinition(
                name, jar, entryPoint.substring(0, dot), entryPoint.substring(dot + 1), triggers.getFirst(), outputs));
    }

    private Optional<Trigger> trigger(String function, JsonNode binding) {
        String parameter = binding.path("name").asText();
        return switch (binding.path("type").asText()) {
            case "httpTrigger" ->
                Optional.of(new Trigger.Http(
                        parameter,
                        settings.resolve(function, binding.path("route").asText(function), problems),
                        methods(binding),
                        AuthLevel.valueOf(
                                binding.path("authLevel").asText("FUNCTION").toUpperCase(Locale.ROOT))));
            case "eventGridTrigger" -> Optional.of(new Trigger.EventGrid(parameter));
            case "queueTrigger" ->
                Optional.of(new Trigger.Queue(parameter, queue(function, binding), connection(function, binding)));
            case "timerTrigger" -> timer(function, parameter, binding);
            default -> {
                problems.add("function '%s': trigger type '%s' is not supported by this host"
                        .formatted(function, binding.path("type").asText()));
                yield Optional.empty();
            }
        };
    }

    private Optional<Trigger> timer(String function, String parameter, JsonNode binding) {
        if (binding.path("runOnStartup").asBoolean()) {
            problems.add(
                    "function '%s': runOnStartup fires at every scale-out on Azure; remove it".formatted(function));
        }
        String schedule = settings.resolve(function, binding.path("schedule").asText(), problems);
        return Optional.of(new Trigger.Timer(parameter, schedule));
    }

    private Optional<QueueOutput> output(String function, JsonNode binding) {
        String type = binding.path("type").asText();
        String parameter = binding.path("name").asText();
        if (type.equals("http") && parameter.equals("$return")) {
            return Optional.empty();
        }
        if (type.equals("queue") && binding.path("direction").asText().equals("out") && !parameter.equals("$return")) {
            return Optional.of(new QueueOutput(parameter, queue(function, binding), connection(function, binding)));
        }
        problems.add("function '%s': binding '%s' of type '%s' is not supported by this host"
                .formatted(function, parameter, type));
        return Optional.empty();
    }

    private static Set<String> methods(JsonNode binding) {
        Set<String> methods = new HashSet<>();
        binding.path("methods").forEach(method -> methods.add(method.asText().toUpperCase(Locale.ROOT)));
        return methods;
    }

    private String queue(String function, JsonNode binding) {
        int before = problems.size();
        String queue = settings.resolve(function, binding.path("queueName").asText(), problems);
        if (problems.size() == before && !QUEUE_NAME.matcher(queue).matches()) {
            problems.add(("function '%s': '%s' is no queue name: 3 to 63 lower-case letters, digits and single"
                            + " hyphens inside")
                    .formatted(function, queue));
        }
        return queue;
    }

    private String connection(String function, JsonNode binding) {
        return settings.connectionName(function, binding.path("connection").asText(""), problems);
    }
}

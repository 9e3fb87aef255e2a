package io.transship.local.functions;

import com.microsoft.azure.functions.annotation.BindingName;
import com.microsoft.azure.functions.spi.inject.FunctionInstanceInjector;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/** Builds a staging directory from sources, in the shape that the Maven plugin gives it. */
final class SampleApp {

    static final String FUNCTION_KEY = "function-key-of-tests";
    static final String MASTER_KEY = "master-key-of-tests";
    static final String EVENT_GRID_KEY = "event-grid-key-of-tests";

    private static final String IMPORTS = """
            package app;
            import com.microsoft.azure.functions.*;
            import com.microsoft.azure.functions.annotation.*;
            import java.util.*;
            """;

    final Path staging;
    final InMemoryQueues queues = new InMemoryQueues();
    final ByteArrayOutputStream console = new ByteArrayOutputStream();
    final List<Integer> exits = new ArrayList<>();
    private final Map<String, String> sources = new LinkedHashMap<>();
    private final Map<String, String> services = new LinkedHashMap<>();
    private final Map<String, String> settings = new HashMap<>(Map.of(
            "TRANSSHIP_LOCAL_FUNCTION_KEY", FUNCTION_KEY,
            "TRANSSHIP_LOCAL_MASTER_KEY", MASTER_KEY,
            "TRANSSHIP_LOCAL_EVENTGRID_KEY", EVENT_GRID_KEY,
            "TRANSSHIP_LOCAL_MAX_POLLING", "100ms",
            "AzureWebJobsStorage", "the-account"));
    private String hostJson = "{\"version\":\"2.0\"}";

    SampleApp(Path staging) {
        this.staging = staging;
    }

    SampleApp hostJson(String json) {
        hostJson = json;
        return this;
    }

    SampleApp setting(String name, String value) {
        settings.put(name, value);
        return this;
    }

    /** A class of package {@code app}; the usual imports are there. */
    SampleApp source(String className, String code) {
        sources.put(className, IMPORTS + code);
        return this;
    }

    SampleApp injectors(String... classNames) {
        services.put(FunctionInstanceInjector.class.getName(), String.join("\n", classNames) + "\n");
        return this;
    }

    /** A {@code function.json}; bindings are JSON objects. */
    SampleApp function(String name, String entryPoint, String... bindings) throws IOException {
        Path directory = Files.createDirectories(staging.resolve(name));
        Files.writeString(directory.resolve("function.json"), """
                {"scriptFile":"../app.jar","entryPoint":"%s","bindings":[%s]}
                """.formatted(entryPoint, String.join(",", bindings)));
        return this;
    }

    /** An anonymous HTTP function {@code name} in {@code app.Functions}. */
    SampleApp http(String name, String method, String more) throws IOException {
        return function(
                name,
                "app.Functions." + method,
                """
                {"type":"httpTrigger","direction":"in","name":"req","authLevel":"ANONYMOUS"%s}
                """.formatted(more),
                "{\"type\":\"http\",\"direction\":\"out\",\"name\":\"$return\"}");
    }

    SampleApp queue(String name, String method, String queue, String... outputs) throws IOException {
        List<String> bindings = new ArrayList<>(List.of(outputs));
        bindings.addFirst("""
                {"type":"queueTrigger","direction":"in","name":"message","queueName":"%s","connection":""}
                """.formatted(queue));
        return function(name, "app.Functions." + method, bindings.toArray(String[]::new));
    }

    void build() throws IOException {
        Files.writeString(staging.resolve("host.json"), hostJson);
        Path lib = Files.createDirectories(staging.resolve("lib"));
        Path annotations = Path.of(URI.create(BindingName.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toString()));
        Files.copy(annotations, lib.resolve("azure-functions-java-library.jar"));
        Path classes = Files.createDirectory(staging.resolve("classes"));
        compile(classes);
        for (Map.Entry<String, String> service : services.entrySet()) {
            Path file = classes.resolve("META-INF/services/" + service.getKey());
            Files.createDirectories(file.getParent());
            Files.writeString(file, service.getValue());
        }
        try (OutputStream file = Files.newOutputStream(staging.resolve("app.jar"));
                JarOutputStream jar = new JarOutputStream(file);
                Stream<Path> found = Files.walk(classes)) {
            for (Path path : found.filter(Files::isRegularFile).toList()) {
                jar.putNextEntry(new JarEntry(classes.relativize(path).toString()));
                Files.copy(path, jar);
                jar.closeEntry();
            }
        }
    }

    private void compile(Path target) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(problems, null, StandardCharsets.UTF_8)) {
            files.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(target));
            List<JavaFileObject> units = new ArrayList<>();
            sources.forEach((name, code) -> units.add(new Source(name, code)));
            List<String> options = List.of("-parameters", "-proc:none", "-cp", System.getProperty("java.class.path"));
            if (!compiler.getTask(null, files, problems, options, null, units).call()) {
                throw new IllegalStateException("the sample does not compile: " + problems.getDiagnostics());
            }
        }
    }

    Map<String, String> settings() {
        return settings;
    }

    /** Builds the app and starts it in this process. */
    FunctionHost start() throws Exception {
        build();
        IntConsumer exit = code -> {
            synchronized (exits) {
                exits.add(code);
            }
        };
        return FunctionHost.start(
                staging,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                settings,
                queues,
                exit,
                new PrintStream(console, true, StandardCharsets.UTF_8));
    }

    String console() {
        return console.toString(StandardCharsets.UTF_8);
    }

    private static final class Source extends SimpleJavaFileObject {

        private final String code;

        Source(String className, String code) {
            super(URI.create("string:///app/" + className + ".java"), Kind.SOURCE);
            this.code = code;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return code;
        }
    }
}

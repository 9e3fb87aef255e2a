package io.transship;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.transship.functions.arm.OpenApiDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is packaged is what is written: the plugin reports success also when it has found no function at all. */
class PackagedAppIT {

    private static final Path STAGING = Path.of(System.getProperty("transship.staging"));

    @Test
    void everyFunctionOfTheCodeIsPackaged() throws IOException {
        List<String> written = FunctionNames.of(new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.transship"));
        assertThat(packaged()).containsExactlyInAnyOrderElementsOf(written).hasSizeGreaterThanOrEqualTo(5);
    }

    @Test
    void everyFunctionNamesAJarThatIsThere() throws IOException {
        for (String function : packaged()) {
            Path folder = STAGING.resolve(function);
            JsonNode json =
                    new ObjectMapper().readTree(folder.resolve("function.json").toFile());
            assertThat(folder.resolve(json.get("scriptFile").asText()).normalize())
                    .exists();
        }
    }

    /** Each operation of the description has one function, and each method of a function an operation. */
    @Test
    void theRoutesOfTheFunctionsAreThoseOfTheDescription() throws IOException {
        List<String> described = List.copyOf(OpenApiDocument.packaged().operations());
        List<String> routed = new ArrayList<>();
        for (String function : packaged()) {
            JsonNode trigger = new ObjectMapper()
                    .readTree(STAGING.resolve(function).resolve("function.json").toFile())
                    .at("/bindings/0");
            for (JsonNode method : trigger.path("methods")) {
                Pattern route = Pattern.compile(method.asText() + " "
                        + Arrays.stream(trigger.get("route").asText().split("/"))
                                .map(PackagedAppIT::pattern)
                                .collect(Collectors.joining()));
                List<String> found = described.stream()
                        .filter(operation -> route.matcher(operation.replaceAll("\\{\\w+}", "x"))
                                .matches())
                        .toList();
                assertThat(found)
                        .as("%s of %s in openapi.json", method, function)
                        .isNotEmpty();
                routed.addAll(found);
            }
        }
        assertThat(routed).containsExactlyInAnyOrderElementsOf(described);
    }

    private static String pattern(String segment) {
        if (!segment.startsWith("{")) {
            return "/" + Pattern.quote(segment);
        }
        return segment.endsWith("?}") ? "(/[^/]+)?" : "/[^/]+";
    }

    @Test
    void theHostsConfigurationIsPackagedAsItIs() {
        assertThat(STAGING.resolve("host.json")).hasSameTextualContentAs(Path.of("host.json"));
    }

    /** What a developer set for the own machine, and any secret in it, stays there. */
    @Test
    void noSettingsOfAMachineArePackaged() throws IOException {
        try (Stream<Path> files = Files.walk(STAGING)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.matches("local\\.settings.*|.*\\.(pem|p12|pfx|jks|key|env)"));
        }
    }

    /** Whoever adds a library says so here; its size is paid at every cold start. */
    @Test
    void eachLibraryInThePackageIsWanted() throws IOException {
        List<String> names = new ArrayList<>();
        long bytes = 0;
        try (Stream<Path> jars = Files.list(STAGING.resolve("lib"))) {
            for (Path jar : jars.toList()) {
                names.add(jar.getFileName().toString().replaceFirst("-\\d[\\d.]*\\.jar$", ""));
                bytes += Files.size(jar);
            }
        }
        assertThat(names)
                .containsExactlyInAnyOrder(
                        // Functions and annotations.
                        "azure-functions-java-library",
                        "jspecify",
                        // Azure: storage, tables, vault, identity; over the HTTP client that is listed with the
                        // registries.
                        "azure-core",
                        "azure-data-tables",
                        "azure-identity",
                        "azure-json",
                        "azure-security-keyvault-secrets",
                        "azure-storage-blob",
                        "azure-storage-common",
                        "azure-storage-internal-avro",
                        "azure-storage-queue",
                        "azure-xml",
                        "msal4j",
                        "reactive-streams",
                        "reactor-core",
                        "slf4j-api",
                        "slf4j-nop",
                        // JSON; XML for the refusals of tables and queues.
                        "jackson-annotations",
                        "jackson-core",
                        "jackson-databind",
                        "jackson-dataformat-xml",
                        "jackson-datatype-jsr310",
                        "stax2-api",
                        "woodstox-core",
                        // HTTP, for registries and Azure.
                        "httpclient5",
                        "httpcore5",
                        "httpcore5-h2",
                        // Telemetry: the interfaces, without anything behind them.
                        "opentelemetry-api",
                        "opentelemetry-common",
                        "opentelemetry-context");
        assertThat(bytes).isLessThan(14L << 20);
    }

    /** An operator finds every function of the portal in the documents. */
    @Test
    void everyFunctionIsInTheDocuments() throws IOException {
        String operations = Files.readString(Path.of("docs/operations.md"));
        assertThat(packaged()).allSatisfy(name -> assertThat(operations).contains("| `" + name + "` |"));
    }

    private static List<String> packaged() throws IOException {
        try (Stream<Path> folders = Files.list(STAGING)) {
            return folders.filter(folder -> Files.exists(folder.resolve("function.json")))
                    .map(folder -> folder.getFileName().toString())
                    .toList();
        }
    }
}

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

    @Test
    void noLibraryOfTestsIsPackaged() throws IOException {
        try (Stream<Path> jars = Files.list(STAGING.resolve("lib"))) {
            assertThat(jars.map(jar -> jar.getFileName().toString()))
                    .isNotEmpty()
                    .noneMatch(name ->
                            name.matches("(junit|assertj|mockito|archunit|awaitility|gson|netty|commons-compress).*"));
        }
    }

    private static List<String> packaged() throws IOException {
        try (Stream<Path> folders = Files.list(STAGING)) {
            return folders.filter(folder -> Files.exists(folder.resolve("function.json")))
                    .map(folder -> folder.getFileName().toString())
                    .toList();
        }
    }
}

package io.transship;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.GeneralCodingRules;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The walls of the house, as {@code docs/architecture.md} draws them. */
class ArchitectureTest {

    private static final String ROOT = "io.transship.";

    /** Each package and all that it may use of this project; what is not here is not allowed. */
    private static final Map<String, String> ALLOWED = """
            core.oci:
            core.sas:
            core.cloud:
            core.content: core.oci
            core.http: core.content
            core.registry.http: core.content core.http
            core.registry.auth: core.cloud core.content core.http core.registry.http
            core.registry.pace: core.content core.http core.registry.http
            core.registry: core.cloud core.oci core.content core.http core.registry.http core.registry.auth core.registry.pace
            core.archive.tar: core.content
            core.archive: core.oci core.content core.archive.tar
            core.storage: core.content core.sas
            core.transfer: core.oci core.content core.registry core.archive core.storage
            core.transfer.block: core.transfer core.oci core.content core.archive core.storage
            core.transfer.artifact: core.transfer core.transfer.block core.oci core.content core.registry core.archive core.storage
            core.pipeline: core.cloud core.content core.registry.pace core.sas core.storage
            core.pipeline.definition: core.pipeline core.storage
            core.pipeline.run: core.pipeline core.transfer core.transfer.artifact core.oci core.storage
            core.pipeline.request: core.pipeline core.pipeline.run core.transfer.artifact core.oci core.storage core.transfer
            core.pipeline.telemetry: core.pipeline core.pipeline.run core.transfer core.transfer.artifact core.archive \
                core.content core.registry core.registry.auth core.storage core.sas
            core.pipeline.execution: core.cloud core.pipeline core.pipeline.run core.pipeline.telemetry core.transfer core.transfer.block core.transfer.artifact \
                core.oci core.content core.registry core.registry.auth core.registry.http core.registry.pace core.archive \
                core.storage core.sas
            core.pipeline.upkeep: core.pipeline core.pipeline.run core.pipeline.request core.pipeline.telemetry \
                core.pipeline.execution core.sas core.storage
            core.pipeline.rotation: core.content core.pipeline core.pipeline.execution core.registry core.storage core.sas core.oci
            core.pipeline.preview: core.pipeline core.pipeline.execution core.transfer core.archive core.registry core.storage \
                core.sas core.oci core.content core.transfer.artifact
            core.pipeline.preflight.network:
            core.pipeline.preflight: core.cloud core.pipeline core.pipeline.preflight.network core.transfer core.registry core.registry.auth \
                core.registry.http core.storage core.sas
            azure: core.content core.http
            azure.identity: azure core.cloud core.registry.auth
            azure.blob: azure azure.identity core.cloud core.content core.sas core.storage
            azure.vault: azure azure.identity core.cloud core.content core.storage
            azure.state: azure azure.identity core.cloud core.storage core.pipeline core.pipeline.run \
                core.pipeline.definition core.pipeline.request core.pipeline.rotation
            telemetry: core.content core.pipeline core.pipeline.run core.pipeline.rotation core.pipeline.telemetry \
                core.storage core.transfer.artifact
            functions.invocation: telemetry
            functions.settings: core.cloud core.pipeline core.pipeline.definition core.pipeline.request core.transfer
            functions.arm: core.pipeline core.pipeline.definition core.pipeline.run core.pipeline.request \
                core.transfer core.transfer.artifact core.oci core.content core.storage
            functions.arm.verb: core.pipeline core.pipeline.request core.pipeline.preflight core.pipeline.preview core.oci core.storage \
                functions.arm
            functions.dashboard: core.pipeline core.pipeline.definition core.pipeline.run core.pipeline.request core.pipeline.preview \
                core.pipeline.rotation core.oci core.content core.storage core.transfer functions.arm
            functions.wiring: core.pipeline core.pipeline.definition core.pipeline.run core.pipeline.request \
                core.pipeline.execution core.pipeline.upkeep functions.arm functions.arm.verb functions.dashboard \
                functions.settings
            functions.http: core.pipeline core.pipeline.definition core.pipeline.run core.pipeline.request core.transfer \
                functions.arm functions.dashboard functions.invocation functions.settings functions.wiring
            functions.event: core.pipeline core.pipeline.definition core.pipeline.run core.pipeline.request \
                core.pipeline.execution core.pipeline.upkeep core.pipeline.rotation core.pipeline.telemetry core.storage \
                functions.arm functions.invocation functions.settings functions.wiring telemetry
            functions: functions.settings functions.wiring
            """.lines()
            .map(line -> line.split(":", 2))
            .collect(Collectors.toMap(entry -> entry[0], entry -> entry[1].strip(), (one, other) -> one, TreeMap::new));

    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.transship");

    @TestFactory
    Stream<DynamicTest> eachPackageUsesOnlyWhatItMay() {
        return ALLOWED.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(
                        entry.getKey(), () -> checkDependencies(entry.getKey(), entry.getValue())));
    }

    private static void checkDependencies(String name, String allowed) {
        Set<String> open = Stream.concat(Stream.of(name), Arrays.stream(allowed.split(" ", -1)))
                .map(ROOT::concat)
                .collect(Collectors.toSet());
        noClasses()
                .that()
                .resideInAPackage(ROOT + name)
                // The composition root knows every adapter; that is its work.
                .and(describe(
                        "are not the composition root",
                        type -> !type.getName().equals(ROOT + "functions.wiring.Wiring")))
                .should()
                .dependOnClassesThat(describe(
                        "are in another room",
                        type -> type.getPackageName().startsWith(ROOT) && !open.contains(type.getPackageName())))
                .check(HOUSE);
    }

    @Test
    void everyPackageHasItsPlaceInTheTable() {
        Set<String> packages = HOUSE.stream()
                .map(JavaClass::getPackageName)
                .map(name -> name.substring(ROOT.length()))
                .collect(Collectors.toCollection(TreeSet::new));
        // "core" holds nothing but its description.
        packages.remove("core");
        assertThat(packages).isEqualTo(ALLOWED.keySet());
    }

    @Test
    void thereAreNoCycles() {
        SlicesRuleDefinition.slices()
                .matching(ROOT + "(**)")
                .should()
                .beFreeOfCycles()
                .check(HOUSE);
    }

    @Test
    void eachForeignLibraryIsUsedInOneRoom() {
        noClasses()
                .that(resideOutsideOfPackages(ROOT + "azure.."))
                .should()
                .dependOnClassesThat(resideInAPackage("com.azure.."))
                .check(HOUSE);
        noClasses()
                .that(resideOutsideOfPackages(
                        ROOT + "functions",
                        ROOT + "functions.http",
                        ROOT + "functions.event",
                        ROOT + "functions.invocation"))
                .should()
                .dependOnClassesThat(resideInAPackage("com.microsoft.azure.functions.."))
                .check(HOUSE);
        noClasses()
                .that(resideOutsideOfPackages(ROOT + "core.http"))
                .should()
                .dependOnClassesThat(resideInAPackage("org.apache.."))
                .check(HOUSE);
        noClasses()
                .that(resideOutsideOfPackages(ROOT + "telemetry"))
                .should()
                .dependOnClassesThat(resideInAPackage("io.opentelemetry.."))
                .check(HOUSE);
    }

    @Test
    void theCoreNeedsTheJdkAndOneJsonLibrary() {
        classes()
                .that()
                .resideInAPackage(ROOT + "core..")
                .and()
                .resideOutsideOfPackage(ROOT + "core.http")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        "io.transship.core..",
                        "java..",
                        "javax.net.ssl..",
                        "com.fasterxml.jackson..",
                        "org.jspecify.."))
                .check(HOUSE);
    }

    @Test
    void nobodyWritesToTheConsole() {
        GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(HOUSE);
    }

    @Test
    void noClassIsCalledAfterNothing() {
        noClasses()
                .should()
                .haveNameMatching(".*(Utils?|Helper|Manager|Impl)(\\$.*)?")
                .check(HOUSE);
        assertThat(ALLOWED.keySet())
                .noneMatch(name -> name.matches("(.*\\.)?(util|utils|common|helper|impl|manager|misc)(\\..*)?"));
    }

    @Test
    void everyPackageSaysWhatLivesThereAndIsNullMarked() throws IOException {
        for (String name : ALLOWED.keySet()) {
            JavaPackage room = HOUSE.getPackage(ROOT + name);
            assertThat(room.isAnnotatedWith(NullMarked.class))
                    .as("@NullMarked on " + name)
                    .isTrue();
            Path source = Path.of("src/main/java", (ROOT + name).replace('.', '/'), "package-info.java");
            assertThat(source).as("package-info of " + name).exists();
            assertThat(Files.readString(source)).as("description of " + name).contains("/**");
        }
    }

    @Test
    void functionsAreTopLevelClassesWithOneMethodForEachName() {
        List<String> names = FunctionNames.of(HOUSE);
        assertThat(names).doesNotHaveDuplicates().isNotEmpty();
        for (JavaClass type : HOUSE) {
            if (!FunctionNames.of(type).isEmpty()) {
                assertThat(type.isTopLevelClass()).as(type.getName()).isTrue();
                // The worker answers to no failure of a static initialiser.
                assertThat(type.getStaticInitializer().isPresent() && !hasOnlyConstants(type))
                        .as("static state of " + type.getName())
                        .isFalse();
            }
        }
    }

    private static boolean hasOnlyConstants(JavaClass type) {
        return type.getFields().stream()
                .filter(field -> field.getModifiers().contains(JavaModifier.STATIC))
                .allMatch(field -> field.getModifiers().contains(JavaModifier.FINAL));
    }
}

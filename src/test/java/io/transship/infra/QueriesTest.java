package io.transship.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import io.transship.core.pipeline.run.RunStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Queries of the workbook and of alerts ask only for what the code says. */
class QueriesTest {

    private static final Path FOLDER = Templates.INFRA.resolve("queries");
    private static final Pattern TEXT = Pattern.compile("\"([^\"]*)\"");

    /** Comparisons of names of functions. */
    private static final Pattern FUNCTIONS =
            Pattern.compile("\\b(?:operation_Name|name) (?:==|in) (\\(?(?:\"\\w+\"(?:, )?)+\\)?)");

    /** Comparisons with parts of messages, and what is taken out of them. */
    private static final Pattern MESSAGES =
            Pattern.compile("message (?:startswith|contains) (\"[^\"]*\")|parse message with ([^\n]*)");

    /** Keys of lines, and names of metrics and their attributes. */
    private static final Pattern KEYS = Pattern.compile(" (\\w+)='\\(\\[|\"(transship\\.[a-z.]+)\"");

    private static final Pattern STATUS = Pattern.compile("status == \"(\\w+)\"");

    static Stream<Path> queries() throws IOException {
        return Templates.under(FOLDER, ".kql").stream();
    }

    @ParameterizedTest
    @MethodSource("queries")
    void a_query_begins_with_the_question_that_it_answers(Path query) throws IOException {
        assertThat(Files.readString(query).lines().findFirst().orElseThrow())
                .startsWith("// ")
                .endsWith("?");
    }

    @Test
    void each_query_is_understood_by_the_parser_of_kusto(@TempDir Path folder) throws IOException {
        Path wrong = Files.writeString(folder.resolve("wrong.kql"), "traces | where mesage startswith 'x' | last 5");
        List<Path> files = new ArrayList<>(queries().toList());
        files.add(wrong);

        JsonNode problems = NodeScript.KUSTO.ask(files);

        assertThat(problems.path(wrong.toString())).hasSizeGreaterThan(1);
        assertThat(problems.properties())
                .hasSize(files.size())
                .filteredOn(entry -> !entry.getKey().equals(wrong.toString()))
                .allSatisfy(
                        entry -> assertThat(entry.getValue()).as(entry.getKey()).isEmpty());
    }

    @ParameterizedTest
    @MethodSource("queries")
    void a_query_asks_for_functions_that_exist(Path query) throws IOException {
        Set<String> asked = new TreeSet<>();
        FUNCTIONS.matcher(Files.readString(query)).results().forEach(match -> asked.addAll(texts(match.group(1))));

        assertThat(LogPhrases.functions()).containsAll(asked);
    }

    @ParameterizedTest
    @MethodSource("queries")
    void a_query_looks_for_messages_that_the_code_writes(Path query) throws IOException {
        List<String> phrases = LogPhrases.ofCode();
        Set<String> asked = new TreeSet<>();
        MESSAGES.matcher(Files.readString(query)).results().forEach(match -> asked.addAll(texts(match.group())));

        assertThat(asked)
                .allSatisfy(text ->
                        assertThat(phrases).as("messages with '%s'", text).anyMatch(phrase -> phrase.contains(text)));
    }

    @ParameterizedTest
    @MethodSource("queries")
    void a_query_takes_keys_and_metrics_that_the_code_has(Path query) throws IOException {
        assertThat(LogPhrases.ofCode()).containsAll(keys(Files.readString(query)));
    }

    @Test
    void queries_in_the_documentation_ask_for_what_there_is_too(@TempDir Path folder) throws IOException {
        List<Path> queries = new ArrayList<>();
        for (Path page : Templates.under(Path.of("docs"), ".md")) {
            List<String> blocks = Pattern.compile("```kusto\\n(.*?)```", Pattern.DOTALL)
                    .matcher(Files.readString(page))
                    .results()
                    .map(match -> match.group(1))
                    .toList();
            for (String block : blocks) {
                queries.add(Files.writeString(
                        folder.resolve("%s-%d.kql".formatted(page.getFileName(), queries.size())), block));
                assertThat(LogPhrases.ofCode()).as(block).containsAll(keys(block));
            }
        }

        assertThat(NodeScript.KUSTO.ask(queries).properties())
                .hasSizeGreaterThan(4)
                .allSatisfy(
                        entry -> assertThat(entry.getValue()).as(entry.getKey()).isEmpty());
    }

    @ParameterizedTest
    @MethodSource("queries")
    void a_query_knows_the_states_of_a_run(Path query) throws IOException {
        assertThat(Arrays.stream(RunStatus.values()).map(RunStatus::label))
                .containsAll(STATUS.matcher(Files.readString(query))
                        .results()
                        .map(match -> match.group(1))
                        .toList());
    }

    @Test
    void what_no_code_says_is_noticed() throws IOException {
        assertThat(LogPhrases.ofCode()).noneMatch(phrase -> phrase.contains("nobody says this in a message"));
        assertThat(texts("in (\"A\", \"B\")")).containsExactly("A", "B");
        assertThat(LogPhrases.functions()).doesNotContain("A").contains("ExecuteStep", "RotateSas");
        assertThat(FUNCTIONS
                        .matcher("where operation_Name in (\"A\", \"B\") and x")
                        .find())
                .isTrue();
        assertThat(MESSAGES.matcher("where message contains \"x\"").find()).isTrue();
        assertThat(keys("extract(@\" run='([^']*)'\", 1, message) and x[\"transship.leg\"]"))
                .containsExactly("run", "transship.leg");
    }

    @Test
    void every_query_is_shown_or_watched() throws IOException {
        Set<String> loaded = new TreeSet<>();
        Templates.all().values().stream()
                .flatMap(file -> file.root().all())
                .filter(node -> node.is("string"))
                .flatMap(node -> node.constant().stream())
                .filter(text -> text.endsWith(".kql"))
                .map(text -> text.replaceFirst(".*/", ""))
                .forEach(loaded::add);

        assertThat(loaded)
                .containsExactlyInAnyOrderElementsOf(
                        queries().map(query -> query.getFileName().toString()).toList());
    }

    @Test
    void the_workbook_is_a_page_with_every_query_in_its_place() throws IOException {
        JsonNode page = new ObjectMapper()
                .readTree(only("Microsoft.Insights/workbooks")
                        .path("properties")
                        .path("serializedData")
                        .asText());

        assertThat(page.toString()).doesNotContain("{{");
        List<String> shown = page.findValuesAsText("query");
        assertThat(shown)
                .hasSizeGreaterThan(10)
                .allSatisfy(query -> assertThat(query).startsWith("// "));
        assertThat(shown).doesNotHaveDuplicates();
        assertThat(page.findValuesAsText("name")).doesNotHaveDuplicates();
    }

    @Test
    void every_alert_is_explained() throws IOException {
        String handbook = Files.readString(Path.of("docs/operations.md"));
        List<String> titles = plan().stream()
                .filter(planned -> planned.type().equals("Microsoft.Insights/scheduledQueryRules"))
                .map(planned ->
                        planned.body().path("properties").path("displayName").asText())
                .toList();

        assertThat(titles)
                .hasSizeGreaterThan(5)
                .allSatisfy(title -> assertThat(handbook).contains("| " + title.replace("Transship: ", "") + " |"));
    }

    private static JsonNode only(String type) {
        List<BicepEvaluation.Planned> found =
                plan().stream().filter(planned -> planned.type().equals(type)).toList();
        assertThat(found).hasSize(1);
        return found.getFirst().body();
    }

    private static List<BicepEvaluation.Planned> plan() {
        return BicepEvaluation.of(
                        Templates.file(Templates.INFRA.resolve("both.bicepparam")),
                        Map.of("alertEmail", TextNode.valueOf("someone@contoso.example")),
                        CloudFacts.PUBLIC)
                .plan();
    }

    private static Set<String> keys(String query) {
        Set<String> keys = new TreeSet<>();
        KEYS.matcher(query)
                .results()
                .forEach(match -> keys.add(match.group(1) == null ? match.group(2) : match.group(1)));
        return keys;
    }

    private static List<String> texts(String code) {
        return TEXT.matcher(code).results().map(match -> match.group(1)).toList();
    }
}

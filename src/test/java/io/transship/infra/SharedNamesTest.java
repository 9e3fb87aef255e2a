package io.transship.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.transship.functions.wiring.Wiring;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Names that the templates and the code have in common are the same. */
class SharedNamesTest {

    private static final BicepEvaluation NAMES =
            new BicepEvaluation(Templates.file(Templates.INFRA.resolve("names.bicep")), Map.of(), CloudFacts.PUBLIC);

    @Test
    void queues_table_and_containers_are_those_of_the_code() {
        assertThat(name("stepQueue")).isEqualTo(Wiring.QUEUE);
        assertThat(name("poisonQueue")).isEqualTo(Wiring.QUEUE + "-poison");
        assertThat(name("stateTable")).isEqualTo(Wiring.TABLE);
        assertThat(name("planContainer")).isEqualTo(Wiring.CONTAINER);
        assertThat(name("reportContainer")).isEqualTo(Wiring.REPORTS);
    }

    @Test
    void the_host_storage_has_what_the_code_uses() {
        List<BicepEvaluation.Planned> planned = BicepEvaluation.of(
                        Templates.file(Templates.INFRA.resolve("both.bicepparam")), Map.of(), CloudFacts.PUBLIC)
                .plan();

        assertThat(planned)
                .extracting(BicepEvaluation.Planned::id)
                .filteredOn(id -> id.contains("/sthost"))
                .extracting(id -> id.replaceFirst(".*/sthost[^/]*", ""))
                .contains(
                        "/queueServices/default/queues/" + Wiring.QUEUE,
                        "/queueServices/default/queues/" + Wiring.QUEUE + "-poison",
                        "/tableServices/default/tables/" + Wiring.TABLE,
                        "/blobServices/default/containers/" + Wiring.CONTAINER,
                        "/blobServices/default/containers/" + Wiring.REPORTS);
    }

    @Test
    void events_are_sent_to_functions_that_exist_and_only_when_a_blob_is_whole() throws IOException {
        List<JsonNode> subscriptions = events().stream()
                .filter(planned -> planned.type().equals("Microsoft.EventGrid/systemTopics/eventSubscriptions"))
                .map(planned -> planned.body().path("properties"))
                .toList();

        assertThat(subscriptions)
                .extracting(properties ->
                        properties.at("/destination/properties/resourceId").asText())
                .extracting(id -> id.replaceFirst(".*/functions/", ""))
                .containsExactly("ImportOnBlobCreated", "RotateSasOnNearExpiry")
                .isSubsetOf(LogPhrases.functions());
        JsonNode filter = subscriptions.getFirst().path("filter");
        assertThat(filter.path("subjectBeginsWith").asText())
                .isEqualTo("/blobServices/default/containers/transfer/blobs/");
        assertThat(filter.at("/advancedFilters/0/key").asText()).isEqualTo("data.api");
        assertThat(texts(filter.at("/advancedFilters/0/values")))
                .isEqualTo(quotedBehind("ImportOnBlobCreated.java", "COMMITTING =\\s+Set.of"));
        assertThat(texts(filter.path("includedEventTypes"))).isEqualTo(quotedBehind("BlobCreated.java", "TYPE = "));
        assertThat(texts(subscriptions.getLast().at("/filter/includedEventTypes")))
                .isEqualTo(quotedBehind("SecretExpiry.java", "TYPES = Set.of"));
    }

    @Test
    void what_cannot_be_delivered_is_kept_and_told() {
        assertThat(events().stream()
                        .filter(planned -> planned.type().endsWith("/eventSubscriptions"))
                        .map(planned -> planned.body()
                                .at(
                                        "/properties/deadLetterWithResourceIdentity/deadLetterDestination/properties/blobContainerName")
                                .asText()))
                .containsOnly(name("deadLetterContainer"))
                .hasSize(2);
        assertThat(events())
                .extracting(BicepEvaluation.Planned::type)
                .contains("Microsoft.Insights/metricAlerts", "Microsoft.Authorization/roleAssignments");
    }

    private static List<BicepEvaluation.Planned> events() {
        return new BicepEvaluation(
                        Templates.file(Templates.EVENTS),
                        Map.of(
                                "functionAppName", TextNode.valueOf("func-transship"),
                                "storageAccountName", TextNode.valueOf("sttransfer"),
                                "containerName", TextNode.valueOf("transfer"),
                                "vaultName", TextNode.valueOf("kv-transship"),
                                "subscribeToArchives", BooleanNode.TRUE,
                                "subscribeToExpiry", BooleanNode.TRUE,
                                "actionGroupId", TextNode.valueOf("/subscriptions/x")),
                        CloudFacts.PUBLIC)
                .plan();
    }

    private static String name(String variable) {
        return NAMES.symbol(variable).asText();
    }

    private static Set<String> texts(JsonNode array) {
        Set<String> texts = new TreeSet<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    /** The texts in quotes between a place in the code and the end of its statement. */
    private static Set<String> quotedBehind(String fileName, String place) throws IOException {
        Path file = Templates.under(Path.of("src/main/java"), "/" + fileName).getFirst();
        String code = Files.readString(file);
        String statement = Pattern.compile(place + "[^;]*;")
                .matcher(code)
                .results()
                .findFirst()
                .orElseThrow()
                .group();
        Set<String> texts = new TreeSet<>();
        Pattern.compile("\"([^\"]+)\"").matcher(statement).results().forEach(match -> texts.add(match.group(1)));
        return texts;
    }
}

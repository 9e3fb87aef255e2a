package io.transship.functions.arm;

import static io.transship.functions.arm.TestedApi.APP;
import static io.transship.functions.arm.TestedApi.EXPORT;
import static io.transship.functions.arm.TestedApi.GROUP;
import static io.transship.functions.arm.TestedApi.IMPORT;
import static io.transship.functions.arm.TestedApi.REGISTRY;
import static org.assertj.core.api.Assertions.assertThat;

import io.transship.functions.arm.TestedApi.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PipelineResourcesTest {

    private static final String OUT = REGISTRY + "exportPipelines/out";

    private final TestedApi api = new TestedApi();

    @Test
    void createsAPipelineAndSaysWhereItsOperationIs() {
        Reply created = api.call("PUT", OUT, EXPORT, Map.of("caller", "ada@example.com"));

        assertThat(created.status()).isEqualTo(201);
        assertThat(created.at("/id")).isEqualTo(OUT);
        assertThat(created.at("/type")).isEqualTo("Microsoft.ContainerRegistry/registries/exportPipelines");
        assertThat(created.at("/location")).isEqualTo("westeurope");
        assertThat(created.at("/properties/provisioningState")).isEqualTo("Succeeded");
        assertThat(created.at("/properties/options/0")).isEqualTo("OverwriteBlobs");
        assertThat(created.at("/systemData/createdBy")).isEqualTo("ada@example.com");
        assertThat(created.header("Retry-After")).isEqualTo("1");

        Reply operation = api.get(created.header("Azure-AsyncOperation"));
        assertThat(created.header("Azure-AsyncOperation"))
                .startsWith(APP + OUT + "/operationStatuses/exportpipelines-")
                .endsWith("?api-version=2025-06-01-preview");
        assertThat(operation.status()).isEqualTo(200);
        assertThat(operation.at("/status")).isEqualTo("Succeeded");
        assertThat(api.get(OUT).json()).isEqualTo(created.json());
    }

    @Test
    void sendsNobodyBackToPlainHttpWhoCameByHttps() {
        String address = "http://app.example.net/api" + OUT + TestedApi.VERSION;

        Reply proxied = api.call("PUT", address, EXPORT, Map.of("x-forwarded-proto", "https"));
        Reply plain = api.call("PUT", address.replace("out?", "out2?"), EXPORT, Map.of());

        assertThat(proxied.header("Azure-AsyncOperation")).startsWith(APP + OUT);
        assertThat(plain.header("Azure-AsyncOperation")).startsWith("http://app.example.net/api" + OUT + "2/");
    }

    @Test
    void saysTheSameAgainWithoutAChangeAndReplacesWhatIsDifferent() {
        Reply created = api.put(OUT, EXPORT);
        api.later(Duration.ofMinutes(1));
        Reply same = api.put(OUT, EXPORT);
        Reply replaced = api.put(OUT, EXPORT.replace("OverwriteBlobs", "ContinueOnErrors"));

        assertThat(same.status()).isEqualTo(200);
        assertThat(same.header("ETag")).isEqualTo(created.header("ETag")).isEqualTo(same.at("/etag"));
        assertThat(same.headers()).doesNotContainKey("Azure-AsyncOperation");
        assertThat(replaced.status()).isEqualTo(200);
        assertThat(replaced.header("ETag")).isNotEqualTo(created.header("ETag"));
        assertThat(replaced.at("/systemData/createdAt")).isEqualTo("2026-03-01T12:00:00Z");
        assertThat(replaced.at("/systemData/lastModifiedAt")).isEqualTo("2026-03-01T12:01:00Z");
    }

    @Test
    void whatWasReadCanBePutBackAsItIs() {
        Reply created = api.put(REGISTRY + "importPipelines/in", IMPORT);

        assertThat(api.put(REGISTRY + "importPipelines/in", created.json().toString())
                        .status())
                .isEqualTo(200);
    }

    @Test
    void comparesThePathWithoutRegardToCase() {
        api.put(OUT, EXPORT);

        assertThat(api.get(OUT.toUpperCase(Locale.ROOT)).at("/id")).isEqualTo(OUT);
    }

    @Test
    void deletesOnceAndSaysThatThereIsNothingMore() {
        api.put(OUT, EXPORT);

        assertThat(api.delete(OUT).status()).isEqualTo(200);
        assertThat(api.delete(OUT).status()).isEqualTo(204);
        Reply gone = api.get(OUT);
        assertThat(gone.status()).isEqualTo(404);
        assertThat(gone.at("/error/code")).isEqualTo("ResourceNotFound");
        assertThat(gone.at("/error/message")).contains("export pipeline 'out'", "registry 'source'");
    }

    @Test
    void changesOnlyTheVersionThatTheCallerMeans() {
        String version = api.put(OUT, EXPORT).header("ETag");
        api.put(OUT, EXPORT.replace("OverwriteBlobs", "ContinueOnErrors"));

        Reply late = api.call("PUT", OUT, EXPORT, Map.of("if-match", version));
        Reply lateDelete = api.call("DELETE", OUT, "", Map.of("if-match", version));
        Reply second = api.call("PUT", OUT, EXPORT, Map.of("if-none-match", "*"));
        Reply missing = api.call("PUT", REGISTRY + "exportPipelines/none", EXPORT, Map.of("if-match", "*"));

        for (Reply refused : List.of(late, lateDelete, second, missing)) {
            assertThat(refused.status()).isEqualTo(412);
            assertThat(refused.at("/error/code")).isEqualTo("PreconditionFailed");
        }
        String current = api.get(OUT).header("ETag");
        assertThat(api.call("DELETE", OUT, "", Map.of("if-match", current)).status())
                .isEqualTo(200);
    }

    @Test
    void refusesConditionsThatItCannotCheck() {
        Reply both = api.call("PUT", OUT, EXPORT, Map.of("if-match", "*", "if-none-match", "*"));
        Reply version = api.call("PUT", OUT, EXPORT, Map.of("if-none-match", "W/\"1\""));

        assertThat(both.at("/error/details/0/target")).isEqualTo("If-None-Match");
        assertThat(version.at("/error/details/0/message")).contains("must be *");
    }

    @Test
    void namesEveryProblemOfAPipelineAtOnce() {
        Reply refused = api.put(OUT, """
                {"properties":{"target":{"uri":"https://a.blob.core.windows.net/out","storageAccessMode":"Magic","colour":"red"},
                 "options":["OverwriteEverything",7],"trigger":{}}}""");

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.at("/error/code")).isEqualTo("InvalidRequest");
        assertThat(refused.json().at("/error/details").findValuesAsText("target"))
                .containsExactlyInAnyOrder(
                        "properties.options[0]",
                        "properties.options[1]",
                        "properties.trigger",
                        "properties.target.colour",
                        "properties.target.storageAccessMode");
        assertThat(api.get(OUT).status()).isEqualTo(404);
    }

    @Test
    void refusesAHostThatMayNotHaveTokens() {
        Reply refused = api.put(OUT, EXPORT.replace("a.blob.core.windows.net", "storage.example.com"));

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.at("/error/details/0/target")).isEqualTo("properties.target.uri");
        assertThat(refused.at("/error/message")).contains("storage.example.com", "TRANSSHIP_ALLOWED_HOSTS");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "pipeline", "[]", "{\"a\":1", "{\"a\":1,\"a\":2}"})
    void refusesABodyThatIsNoResource(String body) {
        Reply refused = api.put(OUT, body);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.at("/error/code")).isEqualTo("InvalidRequestContent");
    }

    @Test
    void showsWhatIsDeclaredWithTheAppAndChangesNothingOfIt() {
        String fixed = REGISTRY + "exportPipelines/fixed";

        assertThat(api.get(fixed).status()).isEqualTo(200);
        for (Reply refused : List.of(api.put(fixed, EXPORT), api.delete(fixed))) {
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.at("/error/code")).isEqualTo("ReadOnlyResource");
            assertThat(refused.at("/error/message"))
                    .contains("'fixed' is declared with the app", "TRANSSHIP_PIPELINES");
        }
    }

    @Test
    void listsPageByPageInTheOrderOfNames() {
        for (String name : List.of("delta", "Bravo", "charlie", "alpha")) {
            api.put(REGISTRY + "exportPipelines/" + name, EXPORT);
        }
        api.put(GROUP + "other/exportPipelines/elsewhere", EXPORT);
        api.put(REGISTRY + "importPipelines/in", IMPORT);

        List<String> names = new ArrayList<>();
        String next = REGISTRY + "exportPipelines?api-version=2025-06-01-preview&$top=2&code=secret";
        int pages = 0;
        while (!next.isEmpty()) {
            Reply page = api.get(next);
            assertThat(page.json().get("value")).hasSizeLessThanOrEqualTo(2);
            page.json().get("value").forEach(item -> names.add(item.get("name").asText()));
            next = page.at("/nextLink");
            assertThat(next).doesNotContain("secret");
            pages++;
        }

        assertThat(names).containsExactly("alpha", "Bravo", "charlie", "delta", "fixed");
        assertThat(pages).isEqualTo(3);
    }

    @Test
    void refusesWhatListsCannotDo() {
        Reply refused = api.get(REGISTRY + "exportPipelines?api-version=2025-06-01-preview&$top=many&$filter=x");

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().at("/error/details").findValuesAsText("target"))
                .containsExactlyInAnyOrder("$top", "$filter");
    }

    @ParameterizedTest
    @CsvSource({
        "'',MissingApiVersionParameter",
        "?api-version=,MissingApiVersionParameter",
        "?api-version=latest,InvalidApiVersionParameter",
        "?api-version=2025-13-01,InvalidApiVersionParameter",
        "?api-version=2019-05-01,NoRegisteredProviderFound"
    })
    void needsAVersionOfTheApiThatHasPipelines(String query, String code) {
        Reply refused = api.get(APP + OUT + (query.isEmpty() ? "?a=b" : query));

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.at("/error/code")).isEqualTo(code);
        assertThat(refused.at("/error/message")).contains("2025-06-01-preview");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2019-12-01-preview", "2023-11-01-preview", "2026-03-01-preview", "2031-01-01"})
    void takesEveryVersionSinceTheFirstWithPipelines(String version) {
        assertThat(api.put(OUT + "?api-version=" + version, EXPORT).status()).isEqualTo(201);
    }

    @Test
    void anOldVersionNeedsASecretAndKnowsNoOtherAccess() {
        String old = "?api-version=2022-02-01-preview";
        api.put(OUT, EXPORT);

        Reply unknown = api.put(REGISTRY + "importPipelines/in" + old, IMPORT);
        Reply shown = api.get(OUT + old);

        assertThat(unknown.json().at("/error/details").findValuesAsText("target"))
                .contains("properties.source.storageAccessMode");
        assertThat(api.put(
                                REGISTRY + "importPipelines/in" + old,
                                IMPORT.replace(",\"storageAccessMode\":\"ManagedIdentity\"", ""))
                        .json()
                        .at("/error/details")
                        .findValuesAsText("target"))
                .containsExactly("properties.source.keyVaultUri");
        assertThat(shown.json().at("/properties/target").has("storageAccessMode"))
                .isFalse();
        assertThat(api.put(OUT + old, shown.json().toString()).status())
                .as("what was read can be put back")
                .isEqualTo(200);
    }

    @Test
    void saysWhichMethodsAnAddressHas() {
        Reply refused = api.put(REGISTRY + "exportPipelines", EXPORT);

        assertThat(refused.status()).isEqualTo(405);
        assertThat(refused.header("Allow")).isEqualTo("GET");
        assertThat(api.post(OUT).header("Allow")).isEqualTo("GET, PUT, DELETE");
    }

    @Test
    void refusesNamesThatNoPipelineCanHave() {
        Reply refused = api.put(REGISTRY + "exportPipelines/a.b", EXPORT);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.at("/error/message")).contains("'a.b'", "letters, digits, - and _");
        assertThat(api.put(REGISTRY + "exportPipelines/nightly-2_x", EXPORT).status())
                .isEqualTo(201);
    }

    @Test
    void doesWhatPipelinesCanDoAndKnowsNothingElse() {
        TestedApi able = new TestedApi(Map.of(
                "preflight",
                (request, pipeline) ->
                        ArmAnswer.of(200, Json.object().put("of", pipeline.id().name()))));
        able.put(OUT, EXPORT);

        assertThat(able.post(OUT + "/PreFlight").at("/of")).isEqualTo("out");
        assertThat(able.get(OUT + "/preflight").header("Allow")).isEqualTo("POST");
        assertThat(able.post(REGISTRY + "exportPipelines/none/preflight").status())
                .isEqualTo(404);
        Reply unknown = able.post(OUT + "/explode");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.at("/error/message")).contains("explode", "preflight");
    }
}

package io.transship.functions.arm;

import static io.transship.functions.arm.TestedApi.APP;
import static io.transship.functions.arm.TestedApi.GROUP;
import static io.transship.functions.arm.TestedApi.REGISTRY;
import static io.transship.functions.arm.TestedApi.exportRun;
import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.pipeline.run.RunProgress;
import io.transship.functions.arm.TestedApi.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunResourcesTest {

    private static final String RUN = REGISTRY + "pipelineRuns/nightly-1";
    private static final String DIGEST = "sha256:" + "ab".repeat(32);

    private final TestedApi api = new TestedApi().withPipelines();

    @Test
    void startsARunThatCanBeFollowedToItsEnd() {
        Reply created = api.put(RUN, exportRun("1", "a:1"));

        assertThat(created.status()).isEqualTo(201);
        assertThat(created.at("/properties/provisioningState")).isEqualTo("Creating");
        assertThat(created.at("/properties/forceUpdateTag")).isEqualTo("1");
        assertThat(created.at("/properties/request/target/name")).isEqualTo("x.tar");
        assertThat(created.header("ETag")).isEqualTo(created.at("/etag")).isNotEmpty();
        assertThat(api.queue()).hasSize(1);

        String operation = created.header("Azure-AsyncOperation");
        assertThat(operation).startsWith(APP + RUN + "/operationStatuses/pipelineruns-");
        Reply going = api.get(operation);
        assertThat(going.at("/status")).isEqualTo("InProgress");
        assertThat(going.header("Retry-After")).isEqualTo("2");
        assertThat(going.json().has("endTime")).isFalse();

        api.later(Duration.ofMinutes(3));
        api.fail("nightly-1");
        Reply failed = api.get(operation);
        assertThat(failed.at("/status")).isEqualTo("Failed");
        assertThat(failed.at("/error/code")).isEqualTo("PipelineRunFailed");
        assertThat(failed.at("/error/message")).isEqualTo("the registry is away");
        assertThat(failed.at("/startTime")).isEqualTo("2026-03-01T12:00:00Z");
        assertThat(failed.at("/endTime")).isEqualTo("2026-03-01T12:03:00Z");
        assertThat(failed.headers()).doesNotContainKey("Retry-After");
    }

    @Test
    void theSameRequestIsTheSameRunAndItsOperationIsSaidAgainWhileItGoesOn() {
        Reply first = api.put(RUN, exportRun("1", "a:1"));
        Reply again = api.put(RUN, exportRun("1", "a:1"));
        api.fail("nightly-1");
        Reply over = api.put(RUN, exportRun("1", "a:1"));

        assertThat(again.status()).isEqualTo(200);
        assertThat(again.header("Azure-AsyncOperation")).isEqualTo(first.header("Azure-AsyncOperation"));
        assertThat(over.status()).isEqualTo(200);
        assertThat(over.at("/properties/provisioningState")).isEqualTo("Failed");
        assertThat(over.headers()).doesNotContainKey("Azure-AsyncOperation");
    }

    @Test
    void anotherTagRunsAgainOnceItIsOverAndIsAConflictBefore() {
        Reply first = api.put(RUN, exportRun("1", "a:1"));
        Reply early = api.put(RUN, exportRun("2", "a:1"));
        api.later(Duration.ofMinutes(1));
        api.fail("nightly-1");
        Reply again = api.put(RUN, exportRun("2", "a:1"));

        assertThat(early.status()).isEqualTo(409);
        assertThat(early.at("/error/message")).contains("'nightly-1' is Queued with another request");
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.at("/properties/provisioningState")).isEqualTo("Creating");
        assertThat(api.get(again.header("Azure-AsyncOperation")).at("/status")).isEqualTo("InProgress");
        Reply old = api.get(first.header("Azure-AsyncOperation"));
        assertThat(old.status())
                .as("an older operation does not answer for the present execution")
                .isEqualTo(404);
        assertThat(old.at("/error/message")).contains("was asked for again at 2026-03-01T12:01:00Z");
    }

    @Test
    void namesEveryProblemOfARunAtOnce() {
        Reply refused = api.put(RUN, """
                {"colour":"red","properties":{"speed":9,"forceUpdateTag":7,"request":{"pipelineResourceId":"%sexportPipelines/none",
                  "artifacts":["A:1","good:1","b@sha256:12"],"source":{"name":"x"},"catalogDigest":"%s","sources":[],
                  "target":{"type":"AzureStorageBlobContainer","colour":"red"}}}}""".formatted(REGISTRY, DIGEST));

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.at("/error/message")).isEqualTo("the request has 12 problems; see the details");
        assertThat(refused.json().at("/error/details").findValuesAsText("target"))
                .containsExactlyInAnyOrder(
                        "colour",
                        "properties.speed",
                        "properties.forceUpdateTag",
                        "properties.request.sources",
                        "properties.request.pipelineResourceId",
                        "properties.request.artifacts[0]",
                        "properties.request.artifacts[2]",
                        "properties.request.source",
                        "properties.request.catalogDigest",
                        "properties.request.target.type",
                        "properties.request.target.colour",
                        "properties.request.target.name");
        assertThat(api.queue()).isEmpty();
    }

    @Test
    void anArtifactThatIsNoTextHidesNoOtherProblem() {
        Reply refused = api.put(RUN, exportRun("1", "a:1").replace("[\"a:1\"]", "[7,\"a:1\",\"B:1\",null]"));

        assertThat(refused.json().at("/error/details").findValuesAsText("target"))
                .containsExactlyInAnyOrder(
                        "properties.request.artifacts[0]",
                        "properties.request.artifacts[2]",
                        "properties.request.artifacts[3]");
    }

    @Test
    void anImportNamesItsArchiveAndMayNameItsDigest() {
        String body = """
                {"properties":{"request":{"pipelineResourceId":"%simportPipelines/in",
                  "source":{"name":"x.tar"},"catalogDigest":"%s"}}}""";

        Reply created = api.put(RUN, body.formatted(REGISTRY, DIGEST));
        Reply refused = api.put(RUN + "x", body.formatted(REGISTRY, "sha256@"));
        Reply exportLike =
                api.put(RUN + "x", exportRun("1", "a:1").replace("exportPipelines/out", "importPipelines/in"));

        assertThat(created.status()).isEqualTo(201);
        assertThat(created.at("/properties/request/catalogDigest")).isEqualTo(DIGEST);
        assertThat(refused.at("/error/details/0/target")).isEqualTo("properties.request.catalogDigest");
        assertThat(exportLike.json().at("/error/details").findValuesAsText("target"))
                .containsExactlyInAnyOrder(
                        "properties.request.source.name", "properties.request.target", "properties.request.artifacts");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "somewhere",
                GROUP + "source/pipelineRuns/nightly-1",
                GROUP + "other/exportPipelines/out",
                GROUP + "source/exportPipelines/none"
            })
    void aRunNeedsAPipelineThatExistsUnderItsOwnRegistry(String pipeline) {
        Reply refused = api.put(RUN, exportRun("1", "a:1").replace(REGISTRY + "exportPipelines/out", pipeline));

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.at("/error/details/0/target")).isEqualTo("properties.request.pipelineResourceId");
        assertThat(refused.json().at("/error/details")).hasSize(1);
    }

    @Test
    void whatItReadCanBePutBackAsItIs() {
        Reply created = api.put(RUN, exportRun("1", "a:1"));

        assertThat(api.put(RUN, created.json().toString()).status()).isEqualTo(200);
    }

    @Test
    void aConditionHoldsForRunsToo() {
        Reply created = api.put(RUN, exportRun("1", "a:1"));
        api.fail("nightly-1");

        assertThat(api.call("DELETE", RUN, "", Map.of("if-match", created.header("ETag")))
                        .status())
                .isEqualTo(412);
        assertThat(api.call("PUT", RUN, exportRun("2", "a:1"), Map.of("if-none-match", "*"))
                        .status())
                .isEqualTo(412);
    }

    @Test
    void deletesARunThatIsOverAndNoOther() {
        api.put(RUN, exportRun("1", "a:1"));

        assertThat(api.delete(RUN).status()).isEqualTo(409);
        api.fail("nightly-1");
        assertThat(api.delete(RUN).status()).isEqualTo(200);
        assertThat(api.delete(RUN).status()).isEqualTo(204);
        assertThat(api.get(RUN).at("/error/code")).isEqualTo("ResourceNotFound");
    }

    @Test
    void cancelsARunAtOnceAndItsOperationSaysSo() {
        Reply created = api.put(RUN, exportRun("1", "a:1"));

        Reply canceled = api.post(RUN + "/cancel");

        assertThat(canceled.status()).isEqualTo(200);
        assertThat(canceled.at("/properties/provisioningState")).isEqualTo("Canceled");
        assertThat(canceled.at("/properties/response/pipelineRunErrorMessage")).contains("canceled by request");
        Reply operation = api.get(created.header("Azure-AsyncOperation"));
        assertThat(operation.at("/status")).isEqualTo("Canceled");
        assertThat(operation.at("/error/code")).isEqualTo("OperationCanceled");
        assertThat(api.post(RUN + "/cancel").status()).isEqualTo(200);
        assertThat(api.post(REGISTRY + "pipelineRuns/none/cancel").status()).isEqualTo(404);
    }

    @Test
    void retriesARunThatFailedAsANewOperation() {
        Reply created = api.put(RUN, exportRun("1", "a:1"));
        assertThat(api.post(RUN + "/retry").status()).isEqualTo(409);
        api.later(Duration.ofMinutes(1));
        api.fail("nightly-1");

        Reply retried = api.post(RUN + "/retry");

        assertThat(retried.status()).isEqualTo(202);
        assertThat(retried.at("/properties/response/status")).isEqualTo("Queued");
        assertThat(retried.header("Azure-AsyncOperation"))
                .isNotEmpty()
                .isNotEqualTo(created.header("Azure-AsyncOperation"));
        assertThat(retried.header("Retry-After")).isEqualTo("2");
        assertThat(api.queue()).hasSize(2);
    }

    @Test
    void deletesAllFailedRunsAndOnlySaysWhichIfThatIsWanted() {
        for (String name : List.of("one", "two", "three")) {
            api.put(REGISTRY + "pipelineRuns/" + name, exportRun("1", "a:1"));
        }
        api.fail("one");
        api.fail("three");
        String all = REGISTRY + "pipelineRuns/deleteFailed?api-version=2025-06-01-preview";

        Reply unclear = api.post(all + "&dryRun");
        Reply wouldBe = api.post(all + "&dryrun=true");
        assertThat(unclear.status()).isEqualTo(400);
        assertThat(wouldBe.json().get("value").findValuesAsText("name")).containsExactlyInAnyOrder("one", "three");
        assertThat(api.get(REGISTRY + "pipelineRuns").json().get("value")).hasSize(3);

        Reply deleted = api.post(all);
        assertThat(deleted.json().get("value").findValuesAsText("name")).containsExactlyInAnyOrder("one", "three");
        Reply left = api.get(REGISTRY + "pipelineRuns");
        assertThat(left.json().get("value")).hasSize(1);
        assertThat(left.at("/value/0/name")).isEqualTo("two");
    }

    @Test
    void listsTheNewestRunsFirstPageByPage() {
        for (int i = 0; i < 5; i++) {
            api.put(REGISTRY + "pipelineRuns/r" + i, exportRun("1", "a:1"));
            api.later(Duration.ofSeconds(1));
        }

        List<String> names = new ArrayList<>();
        String next = REGISTRY + "pipelineRuns?api-version=2025-06-01-preview&%24top=2";
        while (!next.isEmpty()) {
            Reply page = api.get(next);
            page.json().get("value").forEach(run -> names.add(run.get("name").asText()));
            next = page.at("/nextLink");
        }

        assertThat(names).containsExactly("r4", "r3", "r2", "r1", "r0");
        assertThat(api.get(REGISTRY + "pipelineRuns?api-version=2025-06-01-preview&$skiptoken=!")
                        .at("/error/details/0/target"))
                .isEqualTo("$skiptoken");
    }

    @Test
    void aRunOfAPipelineThatIsGoneIsStillShown() {
        api.put(RUN, exportRun("1", "a:1"));
        api.delete(REGISTRY + "exportPipelines/out");

        Reply shown = api.get(RUN);

        assertThat(shown.status()).isEqualTo(200);
        assertThat(shown.json().at("/properties/response").has("target")).isFalse();
    }

    @Test
    void anUnknownVerbAndAnUnknownOperationAreNotFound() {
        api.put(RUN, exportRun("1", "a:1"));
        api.change("nightly-1", run -> run.canceled(api.now(), "canceled", RunProgress.NONE));

        assertThat(api.post(RUN + "/explode").at("/error/message")).contains("explode", "cancel and retry");
        assertThat(api.get(RUN + "/operationStatuses/pipelineruns-20200101000000000000000")
                        .status())
                .isEqualTo(404);
        assertThat(api.get(REGISTRY + "pipelineRuns/none/operationStatuses/x").status())
                .isEqualTo(404);
        assertThat(api.get(REGISTRY + "exportPipelines/out/operationStatuses/x").status())
                .isEqualTo(404);
        assertThat(api.post(REGISTRY + "pipelineRuns/other").status()).isEqualTo(405);
    }
}

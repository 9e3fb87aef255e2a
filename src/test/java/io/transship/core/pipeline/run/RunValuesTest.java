package io.transship.core.pipeline.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.RunTrace;
import io.transship.core.storage.BlobName;
import io.transship.core.storage.BlobProperties;
import io.transship.core.transfer.TransferSettings;
import io.transship.core.transfer.artifact.ArtifactOutcome;
import io.transship.core.transfer.artifact.ArtifactOutcome.Status;
import io.transship.core.transfer.artifact.FailureCode;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunValuesTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.123456789Z");
    private static final ResourceId EXPORT = ResourceId.of("sub", "rg", "from", ResourceId.Type.EXPORT_PIPELINE, "out");
    private static final PipelineRun QUEUED = PipelineRun.queued(
            EXPORT.sibling(ResourceId.Type.PIPELINE_RUN, "r"),
            new RunRequest(EXPORT, List.of("a:1"), new BlobName("ü/a.tar")),
            NOW,
            null);
    private static final String TRACEPARENT = "00-11111111111111111111111111111111-1111111111111111-01";
    private static final LegPlan PLAN = new LegPlan(TransferSettings.DEFAULT, 3, 1L << 40, 7, 2);

    @ParameterizedTest
    @CsvSource(
            delimiter = ':',
            value = {
                "QUEUED: QUEUED PLANNING FAILED CANCELED",
                "PLANNING: PLANNING MOVING SEALING FAILED CANCELED",
                "MOVING: PLANNING MOVING SEALING FAILED CANCELED",
                "SEALING: PLANNING MOVING SEALING SUCCEEDED FAILED CANCELED",
                "SUCCEEDED: ''",
                "FAILED: ''",
                "CANCELED: ''"
            })
    void goesLegalWaysOnly(RunStatus from, String ways) {
        List<String> allowed = List.of(ways.split(" "));
        for (RunStatus to : RunStatus.values()) {
            assertThat(from.mayBecome(to)).as("%s to %s", from, to).isEqualTo(allowed.contains(to.name()));
        }
        assertThat(from.isFinal()).isEqualTo(ways.isEmpty());
        assertThat(from.provisioningState()).isEqualTo(from.isFinal() ? from.label() : "Creating");
    }

    @Test
    void aRunThatEndedStaysAsItIs() {
        PipelineRun failed = QUEUED.failed(NOW, "broken", RunProgress.NONE);

        assertThat(failed.message()).isEqualTo("broken");
        assertThatIllegalStateException()
                .isThrownBy(() -> failed.planning(NOW))
                .withMessage("export run 'r' is Failed and cannot become Planning");
        assertThatIllegalStateException().isThrownBy(() -> failed.troubled("again"));
        assertThatIllegalStateException().isThrownBy(QUEUED::sealing);
    }

    @Test
    void keepsWhenItStartedThroughAllItsLegsAndPlans() {
        PipelineRun run = QUEUED.planning(NOW.plusSeconds(1))
                .moving(PLAN, "sha256:1", NOW)
                .replanned(Map.of("a:1", "broken"))
                .planning(NOW.plusSeconds(9))
                .moving(PLAN, "sha256:2", NOW)
                .replanned(Map.of("b:1", "broken too"))
                .moving(PLAN, null, NOW)
                .sealing()
                .movingAgain()
                .sealing()
                .onto(Leg.RELAY);

        assertThat(run.times().startedAt()).isEqualTo(NOW.plusSeconds(1));
        assertThat(run.excluded()).containsOnlyKeys("a:1", "b:1");
        assertThat(run.catalogDigest()).isEqualTo("sha256:2");
        assertThat(run.generation()).isZero();
        assertThat(run.plan()).isNull();
    }

    @Test
    void everythingThatIsKeptComesBackEqual() throws IOException {
        PipelineRun full = QUEUED.planning(NOW)
                .moving(PLAN, "sha256:1", NOW)
                .replanned(Map.of("a:1", "\"quoted\"\n"))
                .moving(PLAN, "sha256:2", NOW)
                .sealing()
                .succeeded(NOW, 1, "note", new RunProgress(1, 2, 3, 4, 5, 6));
        SliceProgress slice = new SliceProgress(
                Leg.IMPORT, 1, 2, true, 3, 1L << 40, 5, 6, 7, Set.of("sha256:2"), Map.of("sha256:1", "reason"), NOW);
        BlobProperties blob = new BlobProperties(new BlobName("ü/a"), 1L << 40, "\"0x1\"", NOW, Map.of("a", "b"));
        List<ArtifactOutcome> outcomes = List.of(
                new ArtifactOutcome("a:1", Status.SUCCEEDED, "sha256:1", null, null, 7, 8),
                ArtifactOutcome.failed("b:1", null, FailureCode.ARTIFACT_NOT_FOUND, "gone"));

        assertThat(RunJson.read(RunJson.write(QUEUED), PipelineRun.class)).isEqualTo(QUEUED);
        assertThat(RunJson.read(RunJson.write(full), PipelineRun.class)).isEqualTo(full);
        assertThat(RunJson.read(RunJson.write(slice), SliceProgress.class)).isEqualTo(slice);
        assertThat(RunJson.read(RunJson.write(blob), BlobProperties.class)).isEqualTo(blob);
        assertThat(RunJson.readOutcomes(RunJson.write(outcomes))).isEqualTo(outcomes);
    }

    @Test
    void aRunOfWhichNothingWorkedHasFailed() {
        ArtifactOutcome failed = ArtifactOutcome.failed("a:1", null, FailureCode.ARTIFACT_NOT_FOUND, "is broken");
        ArtifactOutcome skipped = new ArtifactOutcome("a:2", Status.SKIPPED, null, null, null, 7, 8);
        PipelineRun sealing = QUEUED.planning(NOW).moving(PLAN, null, NOW).sealing();

        PipelineRun nothing = new RunOutcomes(List.of(failed)).end(sealing, NOW, RunProgress.NONE);
        assertThat(nothing.status()).isEqualTo(RunStatus.FAILED);
        assertThat(nothing.message()).isEqualTo("1 of 1 artifacts failed: a:1: is broken");
        PipelineRun some = new RunOutcomes(List.of(failed, skipped)).end(sealing, NOW, RunProgress.NONE);
        assertThat(some.status()).isEqualTo(RunStatus.SUCCEEDED);
        assertThat(some.failedArtifacts()).isEqualTo(1);
        assertThat(new RunOutcomes(List.of())
                        .end(sealing, NOW, RunProgress.NONE)
                        .message())
                .isNull();
    }

    @Test
    void readsWhatANewerVersionWrote() throws IOException {
        String newer = new String(RunJson.write(QUEUED), UTF_8).replaceFirst("\\{", "{\"colour\":\"red\",");

        assertThat(RunJson.read(newer.getBytes(UTF_8), PipelineRun.class)).isEqualTo(QUEUED);
    }

    @Test
    void aStepComesBackEqualAndUsesNoNameOfTheTriggersMetadata() {
        PipelineRun run = QUEUED.planning(NOW).moving(PLAN, null, NOW).replanned(Map.of());
        for (Step step : List.of(Step.plan(run), Step.move(run, 17), Step.seal(run))) {
            assertThat(Step.parse(step.toJson())).isEqualTo(step);
            assertThat(step.toJson())
                    .doesNotContainIgnoringCase("\"id\"")
                    .doesNotContainIgnoringCase("\"dequeueCount\"")
                    .doesNotContainIgnoringCase("\"popReceipt\"")
                    .doesNotContainIgnoringCase("Time\"");
        }
        assertThat(Step.move(run, 17)).hasToString("move step of export run 'r', slice 17");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "null",
                "[]",
                "{}",
                "{'pipelineRun':'RUN','leg':'export','step':'plan'}",
                "{'pipelineRun':'RUN','leg':'export','step':'move','generation':0}",
                "{'pipelineRun':'RUN','leg':'export','step':'seal','generation':0,'slice':1}",
                "{'pipelineRun':'RUN','leg':'import','step':'pack','generation':0}",
                "{'pipelineRun':'RUN','leg':'inward','step':'plan','generation':0}",
                "{'pipelineRun':'r','leg':'import','step':'plan','generation':0}"
            })
    void refusesAMessageThatIsNotAStep(String json) {
        String message = json.replace("RUN", QUEUED.id().toString()).replace('\'', '"');

        assertThatIllegalArgumentException().isThrownBy(() -> Step.parse(message));
    }

    @Test
    void aRunThatWasKeptBeforeThereWasTelemetryIsStillRead() throws IOException {
        String now = new String(RunJson.write(QUEUED.traced(new RunTrace(TRACEPARENT, null))), UTF_8);
        String before = now.replaceFirst(",\"trace\":\\{[^}]*}", "");
        assertThat(before).isNotEqualTo(now);

        assertThat(RunJson.read(now.getBytes(UTF_8), PipelineRun.class).trace().parent())
                .isEqualTo(TRACEPARENT);
        assertThat(RunJson.read(before.getBytes(UTF_8), PipelineRun.class)).isEqualTo(QUEUED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "00-00000000000000000000000000000000-1111111111111111-01",
                "00-11111111111111111111111111111111-0000000000000000-01",
                "00-11111111111111111111111111111111-1111111111111111-01\n",
                "00-1111111111111111111111111111111G-1111111111111111-01"
            })
    void whatIsNoTraceparentCountsAsAbsent(String text) {
        assertThat(new RunTrace(text, text)).isEqualTo(RunTrace.NONE);
    }

    @Test
    void theTraceBelongsToOneExecution() {
        PipelineRun ended = QUEUED.traced(new RunTrace(TRACEPARENT, null)).failed(NOW, "broken", RunProgress.NONE);

        assertThat(ended.trace().parent()).isEqualTo(TRACEPARENT);
        assertThat(ended.retried(Set.of(), ended.archive(), NOW).trace()).isEqualTo(RunTrace.NONE);
    }
}

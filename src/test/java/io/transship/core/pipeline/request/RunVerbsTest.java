package io.transship.core.pipeline.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.transship.core.pipeline.ResourceConflictException;
import io.transship.core.pipeline.ResourceConflictException.Kind;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.VersionCondition;
import io.transship.core.pipeline.request.RunReports.AfterDeletion;
import io.transship.core.pipeline.request.RunStarter.Effect;
import io.transship.core.pipeline.request.RunStarter.Put;
import io.transship.core.pipeline.run.InMemoryPipelineRuns;
import io.transship.core.pipeline.run.LegPlan;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.RunChanges;
import io.transship.core.pipeline.run.RunProgress;
import io.transship.core.pipeline.run.RunRequest;
import io.transship.core.pipeline.run.RunStatus;
import io.transship.core.pipeline.run.Step;
import io.transship.core.storage.BlobName;
import io.transship.core.transfer.TransferSettings;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What may be asked of a run in each of its states. */
class RunVerbsTest {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final VersionCondition ANY = new VersionCondition.Any();
    private static final ResourceId EXPORT = ResourceId.of("s", "g", "r", ResourceId.Type.EXPORT_PIPELINE, "out");
    private static final ResourceId ID = EXPORT.sibling(ResourceId.Type.PIPELINE_RUN, "one");

    private final InMemoryPipelineRuns runs = new InMemoryPipelineRuns();
    private final List<Step> enqueued = new ArrayList<>();
    private final Clock clock = Clock.fixed(NOON.plusSeconds(60), ZoneOffset.UTC);
    private final RunStarter starter = new RunStarter(runs, enqueued::add, clock);
    private final RunCanceler canceler = new RunCanceler(runs, new RunChanges(runs, clock), clock);
    private final RunRetrier retrier = new RunRetrier(runs, enqueued::add, clock);
    private final RunRemover remover = new RunRemover(runs, new NoReports(), AfterDeletion.STAY);

    @ParameterizedTest
    @EnumSource(RunStatus.class)
    void theSamePutChangesNothingAndAnotherOneRunsAgainOnlyWhatIsOver(RunStatus status) throws IOException {
        PipelineRun run = kept(status);

        assertThat(starter.put(ID, run.request(), ANY).effect()).isEqualTo(Effect.UNCHANGED);
        assertThat(now()).isEqualTo(run);
        assertThat(enqueued).hasSize(status == RunStatus.QUEUED ? 1 : 0);

        if (status.isFinal()) {
            Put put = starter.put(ID, request("2"), ANY);
            assertThat(put.effect()).isEqualTo(Effect.RESTARTED);
            assertThat(put.run().run().status()).isEqualTo(RunStatus.QUEUED);
            assertThat(put.run().run().times().createdAt()).isEqualTo(NOON);
            assertThat(enqueued).containsExactly(Step.plan(put.run().run()));
        } else {
            assertRefused(Kind.WRONG_STATE, () -> starter.put(ID, request("2"), ANY))
                    .hasMessageContaining("is %s with another request".formatted(status.label()));
        }
    }

    @ParameterizedTest
    @EnumSource(RunStatus.class)
    void whatIsNotOverCanBeCanceled(RunStatus status) throws IOException {
        PipelineRun run = kept(status);

        switch (status) {
            case SUCCEEDED, FAILED ->
                assertRefused(Kind.WRONG_STATE, () -> canceler.cancel(ID))
                        .hasMessageContaining("is over (%s)".formatted(status.label()));
            case CANCELED -> assertThat(canceler.cancel(ID)).isEqualTo(run);
            default -> assertThat(canceler.cancel(ID).status()).isEqualTo(RunStatus.CANCELED);
        }
        assertThat(now().status().isFinal()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(RunStatus.class)
    void whatFailedOrWasCanceledCanBeRetried(RunStatus status) throws IOException {
        kept(status);

        switch (status) {
            case FAILED, CANCELED -> {
                PipelineRun again = retrier.retry(ID);
                assertThat(again.status()).isEqualTo(RunStatus.QUEUED);
                assertThat(again.archive()).isEqualTo(new BlobName("a.tar"));
                assertThat(enqueued).containsExactly(Step.plan(again));
            }
            case SUCCEEDED ->
                assertRefused(Kind.WRONG_STATE, () -> retrier.retry(ID))
                        .hasMessageContaining("PUT it with another forceUpdateTag");
            default ->
                assertRefused(Kind.WRONG_STATE, () -> retrier.retry(ID))
                        .hasMessageContaining("only a run that is over can be retried");
        }
    }

    @ParameterizedTest
    @EnumSource(RunStatus.class)
    void whatIsOverCanBeDeleted(RunStatus status) throws IOException {
        kept(status);

        if (status.isFinal()) {
            assertThat(remover.remove(ID, ANY)).isTrue();
            assertThat(remover.remove(ID, ANY)).isFalse();
        } else {
            assertRefused(Kind.WRONG_STATE, () -> remover.remove(ID, ANY))
                    .hasMessageContaining("cancel it before you delete it");
            assertThat(runs.find(ID)).isPresent();
        }
    }

    @Test
    void whatIsNotThereCanNeitherBeCanceledNorRetried() {
        assertRefused(Kind.NOT_FOUND, () -> canceler.cancel(ID)).hasMessageContaining("'one' does not exist");
        assertRefused(Kind.NOT_FOUND, () -> retrier.retry(ID)).hasMessageContaining("'one' does not exist");
    }

    @Test
    void holdsTheConditionsOfPutAndDelete() throws IOException {
        VersionCondition present = new VersionCondition.Present();
        assertRefused(Kind.WRONG_VERSION, () -> starter.put(ID, request("1"), present));
        assertRefused(Kind.WRONG_VERSION, () -> remover.remove(ID, present));
        VersionCondition absent = new VersionCondition.Absent();
        String version = starter.put(ID, request("1"), absent).run().version();
        assertRefused(Kind.WRONG_VERSION, () -> starter.put(ID, request("1"), absent));
        VersionCondition read = new VersionCondition.Version(version);
        assertThat(starter.put(ID, request("1"), read).effect()).isEqualTo(Effect.UNCHANGED);
        canceler.cancel(ID);
        assertRefused(Kind.WRONG_VERSION, () -> remover.remove(ID, read));
        assertRefused(Kind.WRONG_VERSION, () -> starter.put(ID, request("2"), read));
        String now = runs.find(ID).orElseThrow().version();
        assertThat(remover.remove(ID, new VersionCondition.Version(now))).isTrue();
    }

    @Test
    void removesFailedRunsAndOnlyThemAndFirstOnlyTellsWhich() throws IOException {
        for (RunStatus status : RunStatus.values()) {
            PipelineRun run = in(status, EXPORT.sibling(ResourceId.Type.PIPELINE_RUN, "run-" + status.label()));
            runs.create(run);
        }

        assertThat(remover.removeFailed(EXPORT.scope(), true)).hasSize(1);
        assertThat(runs.createdBefore(NOON.plusSeconds(1), 100)).hasSize(RunStatus.values().length);
        assertThat(remover.removeFailed(EXPORT.scope(), false))
                .extracting(run -> run.id().name())
                .containsExactly("run-Failed");
        assertThat(runs.createdBefore(NOON.plusSeconds(1), 100))
                .hasSize(RunStatus.values().length - 1)
                .noneMatch(run -> run.status() == RunStatus.FAILED);
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(Kind kind, ThrowingCallable call) {
        return assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ResourceConflictException.class,
                        e -> assertThat(e.kind()).isEqualTo(kind));
    }

    private PipelineRun now() throws IOException {
        return runs.find(ID).orElseThrow().run();
    }

    private PipelineRun kept(RunStatus status) throws IOException {
        PipelineRun run = in(status, ID);
        runs.create(run);
        return run;
    }

    private static PipelineRun in(RunStatus status, ResourceId id) {
        PipelineRun queued = PipelineRun.queued(id, request("1"), NOON, null);
        PipelineRun planning = queued.planning(NOON);
        PipelineRun moving = planning.moving(new LegPlan(TransferSettings.DEFAULT, 3, 1000, 10, 1), null, NOON);
        return switch (status) {
            case QUEUED -> queued;
            case PLANNING -> planning;
            case MOVING -> moving;
            case SEALING -> moving.sealing();
            case SUCCEEDED -> moving.sealing().committed().succeeded(NOON, 0, null, RunProgress.NONE);
            case FAILED -> moving.failed(NOON, "it went wrong", RunProgress.NONE);
            case CANCELED -> moving.canceled(NOON, "enough", RunProgress.NONE);
        };
    }

    private static RunRequest request(String forceUpdateTag) {
        return new RunRequest(EXPORT, List.of("a:1"), new BlobName("a.tar"), null, forceUpdateTag);
    }

    private static final class NoReports implements RunReports {
        @Override
        public void keep(RunView view) {}

        @Override
        public void deleteAll(ResourceId run) {}
    }
}

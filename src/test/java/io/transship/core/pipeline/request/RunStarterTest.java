package io.transship.core.pipeline.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.transship.core.pipeline.Pipeline.ExportPipeline;
import io.transship.core.pipeline.Pipeline.ImportPipeline;
import io.transship.core.pipeline.Pipeline.Trigger;
import io.transship.core.pipeline.PipelineContainer;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.run.InMemoryPipelineRuns;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.RunStatus;
import io.transship.core.pipeline.run.Step;
import io.transship.core.storage.BlobName;
import io.transship.core.storage.ContainerUri;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RunStarterTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.250Z");
    private static final PipelineContainer CONTAINER =
            new PipelineContainer(ContainerUri.parse("https://near.blob.core.windows.net/transfer"), Optional.empty());
    private static final BlobName ARCHIVE = new BlobName("a.tar");

    private final InMemoryPipelineRuns runs = new InMemoryPipelineRuns();
    private final List<Step> enqueued = new ArrayList<>();
    private final RunStarter starter = new RunStarter(runs, enqueued::add, Clock.fixed(NOW, ZoneOffset.UTC));

    @Test
    void startsAnExportOnceByItsName() throws IOException {
        PipelineRun run = starter.startExport(export("out"), List.of("a:1", "b"), "x/y.tar", "first")
                .orElseThrow();

        assertThat(run.status()).isEqualTo(RunStatus.QUEUED);
        assertThat(run.times().createdAt()).isEqualTo(NOW);
        assertThat(runs.find(run.id()).orElseThrow().run()).isEqualTo(run);
        assertThat(enqueued).containsExactly(Step.plan(run));
        assertThat(starter.startExport(export("out"), List.of("c:1"), null, "FIRST"))
                .isEmpty();
        assertThat(enqueued).hasSize(1);
    }

    @Test
    void anExportWhoseFirstStepWasNotEnqueuedIsStartedByTheSameRequest() throws IOException {
        RunStarter unlucky = new RunStarter(
                runs,
                step -> {
                    throw new IOException("the queue is down");
                },
                Clock.fixed(NOW, ZoneOffset.UTC));
        assertThatIOException().isThrownBy(() -> unlucky.startExport(export("out"), List.of("a:1"), "x.tar", "first"));

        assertThat(starter.startExport(export("out"), List.of("a:2"), "x.tar", "first"))
                .isEmpty();
        PipelineRun run = starter.startExport(export("out"), List.of("a:1"), "x.tar", "first")
                .orElseThrow();

        assertThat(enqueued).containsExactly(Step.plan(run));
    }

    @Test
    void namesAnExportByItsPipelineAndTime() throws IOException {
        PipelineRun run =
                starter.startExport(export("out"), List.of("a:1"), null, null).orElseThrow();
        assertThat(run.id().name()).isEqualTo("out-20260301-120000-250");
        assertThat(run.archive().value()).isEqualTo("out-20260301-120000-250.tar");

        PipelineRun longest = starter.startExport(export("x".repeat(80)), List.of("a:1"), null, null)
                .orElseThrow();
        assertThat(longest.id().name()).endsWith("x-20260301-120000-250").hasSizeLessThanOrEqualTo(80);
    }

    @Test
    void namesAllThatIsWrongWithAnExport() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> starter.startExport(export("out"), List.of("a:1", "A:1", "b:1@x"), "", "no name"))
                .withMessageContainingAll("repository 'A'", "'b:1@x' has a tag and a digest", "name 'no name'", "blob");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> starter.startExport(export("out"), List.of(), null, null))
                .withMessageStartingWith("artifacts: is empty");
        assertThat(enqueued).isEmpty();
    }

    @Test
    void importsAVersionOfAnArchiveOnceHoweverOftenItIsAnnounced() throws IOException {
        PipelineRun run = starter.startImport(importer("in"), ARCHIVE, "0x8D", NOW.minusSeconds(5))
                .orElseThrow();

        assertThat(run.id().name()).startsWith("in_");
        assertThat(run.times().triggeredAt()).isEqualTo(NOW.minusSeconds(5));
        assertThat(starter.startImport(importer("in"), ARCHIVE, "\"0x8D\"", NOW))
                .contains(run);
        assertThat(listed(run)).hasSize(1);
        // The one who kept it may have died before it enqueued.
        assertThat(enqueued).containsExactly(Step.plan(run), Step.plan(run));
        runs.replace(run.planning(NOW), runs.find(run.id()).orElseThrow().version());
        starter.startImport(importer("in"), ARCHIVE, "0x8D", NOW);
        assertThat(enqueued).hasSize(2);
    }

    @Test
    void importsEachVersionAndEachBlobByEachPipeline() throws IOException {
        String stem = "p".repeat(79);
        starter.startImport(importer("in"), ARCHIVE, "0x8D", NOW);
        starter.startImport(importer("in"), ARCHIVE, "0x8E", NOW);
        starter.startImport(importer("in"), new BlobName("b.tar"), "0x8D", NOW);
        starter.startImport(importer(stem + "1"), ARCHIVE, "0x8D", NOW);
        PipelineRun last =
                starter.startImport(importer(stem + "2"), ARCHIVE, "0x8D", NOW).orElseThrow();

        assertThat(listed(last)).hasSize(5);
        assertThat(enqueued).hasSize(5);
    }

    @Test
    void aRunWhoseFirstStepWasNotEnqueuedIsStartedByTheNextAnnouncement() throws IOException {
        RunStarter unlucky = new RunStarter(
                runs,
                step -> {
                    throw new IOException("the queue is down");
                },
                Clock.fixed(NOW, ZoneOffset.UTC));
        assertThatIOException().isThrownBy(() -> unlucky.startImport(importer("in"), ARCHIVE, "0x8D", NOW));

        PipelineRun run =
                starter.startImport(importer("in"), ARCHIVE, "0x8D", NOW).orElseThrow();

        assertThat(enqueued).containsExactly(Step.plan(run));
    }

    private List<PipelineRun> listed(PipelineRun run) throws IOException {
        return runs.list(run.id().scope(), 100, Optional.empty()).items();
    }

    private static ExportPipeline export(String name) {
        return new ExportPipeline(
                id(ResourceId.Type.EXPORT_PIPELINE, name), CONTAINER, Optional.empty(), Set.of(), Optional.empty());
    }

    private static ImportPipeline importer(String name) {
        return new ImportPipeline(
                id(ResourceId.Type.IMPORT_PIPELINE, name), CONTAINER, Trigger.ENABLED, Set.of(), Optional.empty());
    }

    private static ResourceId id(ResourceId.Type type, String name) {
        return ResourceId.of("s", "rg", "contoso", type, name);
    }
}

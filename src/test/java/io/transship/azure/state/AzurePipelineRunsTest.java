package io.transship.azure.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.data.tables.models.TableEntity;
import com.azure.data.tables.models.TableEntityUpdateMode;
import com.azure.storage.queue.models.PeekedMessageItem;
import io.transship.azure.identity.AzureIdentities;
import io.transship.core.cloud.CloudEndpoints;
import io.transship.core.cloud.FederatedIdentities;
import io.transship.core.pipeline.DamagedRecordException;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.run.Leg;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.PipelineRuns;
import io.transship.core.pipeline.run.PipelineRunsContract;
import io.transship.core.pipeline.run.RunListContract;
import io.transship.core.pipeline.run.RunRecordsContract;
import io.transship.core.pipeline.run.RunRequest;
import io.transship.core.pipeline.run.SliceProgress;
import io.transship.core.pipeline.run.Step;
import io.transship.core.storage.BlobName;
import io.transship.local.AzuriteServer;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The store of runs and the queue of steps on a real storage service. */
class AzurePipelineRunsTest {

    private static final AzureIdentities NOBODY =
            new AzureIdentities(Map.of(), CloudEndpoints.AZURE_PUBLIC, FederatedIdentities.NONE);
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final ResourceId EXPORT = ResourceId.parse(
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/r/exportPipelines/e");

    private static AzuriteServer azurite;

    @BeforeAll
    static void start() throws IOException {
        azurite = AzuriteServer.start(AzuriteServer.Options.of("app"));
    }

    @AfterAll
    static void stop() {
        azurite.close();
    }

    private static PipelineRuns newRuns() {
        int number = COUNT.incrementAndGet();
        return new AzurePipelineRuns(storage(), "runs" + number, "runs-" + number);
    }

    @Nested
    class Runs extends PipelineRunsContract {
        @Override
        protected PipelineRuns emptyRuns() {
            return newRuns();
        }
    }

    @Nested
    class Lists extends RunListContract {
        @Override
        protected PipelineRuns emptyRuns() {
            return newRuns();
        }
    }

    @Nested
    class Records extends RunRecordsContract {
        @Override
        protected PipelineRuns emptyRuns() {
            return newRuns();
        }
    }

    @Test
    void aDamagedSliceCountsAsNotMovedAndDoesNotHideTheOthers() throws IOException {
        AzurePipelineRuns runs = new AzurePipelineRuns(storage(), "damagedslice", "damaged-slice");
        PipelineRun run = run(List.of("a:1"));
        SliceProgress first = SliceProgress.notBegun(Leg.EXPORT, 0, 0);
        SliceProgress second = SliceProgress.notBegun(Leg.EXPORT, 0, 1);
        runs.putSlice(run.execution(), first);
        runs.putSlice(run.execution(), second);
        damage("damagedslice", RunRows.slicePartition(run.execution()), "export-000000-000000");

        assertThat(runs.slices(run.execution(), Leg.EXPORT, 0)).containsExactly(second);

        runs.putSlice(run.execution(), first);
        assertThat(runs.slices(run.execution(), Leg.EXPORT, 0)).containsExactly(first, second);
    }

    @Test
    void saysWhichRowOfARunIsDamagedAndWhatToDo() throws IOException {
        AzurePipelineRuns runs = new AzurePipelineRuns(storage(), "damagedrun", "damaged-run");
        PipelineRun run = run(List.of("a:1"));
        runs.create(run);
        damage("damagedrun", RunRows.partition(run.id().scope()), "run-one");

        assertThatThrownBy(() -> runs.find(run.id()))
                .isInstanceOf(DamagedRecordException.class)
                .hasMessageContaining("row 'run-one'")
                .hasMessageContaining("delete the row in the app's storage account");
    }

    @Test
    void aDamagedRunDoesNotHideTheOthersInTheList() throws IOException {
        AzurePipelineRuns runs = new AzurePipelineRuns(storage(), "damagedlist", "damaged-list");
        PipelineRun whole = run(List.of("a:1"));
        PipelineRun broken = PipelineRun.queued(
                EXPORT.sibling(ResourceId.Type.PIPELINE_RUN, "two"), whole.request(), Instant.EPOCH, null);
        runs.create(whole);
        runs.create(broken);
        damage("damagedlist", RunRows.partition(broken.id().scope()), "run-two");

        assertThat(runs.list(whole.id().scope(), 10, Optional.empty()).items()).containsExactly(whole);
    }

    private static void damage(String table, String partition, String row) {
        storage()
                .tableService()
                .getTableClient(table)
                .updateEntity(
                        new TableEntity(partition, row).addProperty("Json0", new byte[] {1, 2, 3}),
                        TableEntityUpdateMode.MERGE);
    }

    @Test
    void showsPeopleWhatARunIsInTheTable() throws IOException {
        AzurePipelineRuns runs = new AzurePipelineRuns(storage(), "shown", "shown");
        runs.create(run(List.of("samples/hello:v1")));

        TableEntity row = storage()
                .tableService()
                .getTableClient("shown")
                .getEntity(
                        "|subscriptions|s|resourcegroups|g|providers|microsoft.containerregistry|registries|r",
                        "run-one");

        assertThat(row.getProperties())
                .containsEntry("Status", "Queued")
                .containsEntry("Blob", "one.tar")
                .containsEntry("Pipeline", EXPORT.toString());
    }

    @Test
    void saysSoWhenARunIsTooLargeForARow() {
        // Digests do not pack.
        List<String> artifacts = new Random(7)
                .longs(150_000)
                .mapToObj(value -> "a@" + Long.toHexString(value))
                .toList();

        assertThatThrownBy(() -> newRuns().create(run(artifacts)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("run 'one' is too large to keep")
                .hasMessageContaining("name fewer artifacts");
    }

    @Test
    void enqueuesStepsAsTheTriggerReadsThem() throws IOException {
        Step step = Step.plan(run(List.of("a:b")));

        new AzureStepQueue(storage(), "steps").enqueue(step);

        PeekedMessageItem message =
                storage().queueService().getQueueClient("steps").peekMessage();
        assertThat(Step.parse(message.getBody().toString())).isEqualTo(step);
    }

    @Test
    void namesTheSettingWhenTheStorageAccountRefuses() {
        StorageConnection wrongKey = StorageConnection.of(
                Map.of(
                        StorageConnection.HOST_STORAGE,
                        azurite.connectionString("app").replaceAll("AccountKey=[^;]{8}", "AccountKey=AAAAAAAA")),
                StorageConnection.HOST_STORAGE,
                NOBODY);

        assertThatThrownBy(() -> new AzurePipelineRuns(wrongKey, "refused", "refused").create(run(List.of("a:b"))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("keep run 'one' in the app's own storage account failed")
                .hasMessageContaining("AzureWebJobsStorage")
                .hasMessageNotContaining("AAAAAAAA");
    }

    private static StorageConnection storage() {
        return StorageConnection.of(
                Map.of(StorageConnection.HOST_STORAGE, azurite.connectionString("app")),
                StorageConnection.HOST_STORAGE,
                NOBODY);
    }

    private static PipelineRun run(List<String> artifacts) {
        ResourceId id = EXPORT.sibling(ResourceId.Type.PIPELINE_RUN, "one");
        Instant now = Instant.parse("2026-03-01T12:00:00Z");
        return PipelineRun.queued(id, new RunRequest(EXPORT, artifacts, new BlobName("one.tar")), now, null);
    }
}

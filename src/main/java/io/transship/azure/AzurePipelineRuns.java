package io.transship.azure;

import com.azure.core.util.Context;
import com.azure.data.tables.TableClient;
import com.azure.data.tables.models.ListEntitiesOptions;
import com.azure.data.tables.models.TableEntity;
import com.azure.data.tables.models.TableEntityUpdateMode;
import com.azure.data.tables.models.TableServiceException;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.run.Leg;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.PipelineRuns;
import io.transship.core.pipeline.run.SliceProgress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs in a table and their documents in a container of the app's own storage account; both are made at first use.
 * Thread-safe.
 */
public final class AzurePipelineRuns implements PipelineRuns {

    private static final String ETAG = "odata.etag";
    private static final String WRITER = "Writer";

    private final StorageConnection storage;
    private final String tableName;
    private final RunBlobs documents;
    private final FirstUse firstUse = new FirstUse();

    /** By the names of table and container; makes no request. */
    public AzurePipelineRuns(StorageConnection storage, String table, String container) {
        this.storage = storage;
        this.tableName = table;
        this.documents = new RunBlobs(storage, container);
    }

    @Override
    public boolean create(PipelineRun run) throws IOException {
        String writer = UUID.randomUUID().toString();
        TableEntity row = RunRows.of(run).addProperty(WRITER, writer);
        return StorageConnection.ask("keep run '%s'".formatted(run.id().name()), () -> {
            try {
                table().createEntity(row);
                return true;
            } catch (TableServiceException e) {
                // After a lost answer the client tries again and meets its own row.
                return unless(409, e, () -> writer.equals(writerOf(run.id())));
            }
        });
    }

    private @Nullable Object writerOf(ResourceId id) {
        return row(id).map(row -> row.getProperty(WRITER)).orElse(null);
    }

    private Optional<TableEntity> row(ResourceId id) {
        return row(RunRows.partition(id.scope()), RunRows.rowKey(id));
    }

    private Optional<TableEntity> row(String partition, String key) {
        try {
            return Optional.of(table().getEntity(partition, key));
        } catch (TableServiceException e) {
            return unless(404, e, Optional::empty);
        }
    }

    @Override
    public Optional<Versioned> find(ResourceId id) throws IOException {
        Optional<TableEntity> row = StorageConnection.ask("read run '%s'".formatted(id.name()), () -> row(id));
        return row.isPresent()
                ? Optional.of(new Versioned(RunRows.run(row.get()), row.get().getETag()))
                : Optional.empty();
    }

    @Override
    public boolean replace(PipelineRun run, String version) throws IOException {
        TableEntity row = RunRows.of(run).addProperty(ETAG, version);
        return StorageConnection.ask("change run '%s'".formatted(run.id().name()), () -> {
            try {
                table().updateEntityWithResponse(row, TableEntityUpdateMode.REPLACE, true, null, Context.NONE);
                return true;
            } catch (TableServiceException e) {
                return e.getResponse().getStatusCode() == 404 ? false : unless(412, e, () -> false);
            }
        });
    }

    @Override
    public List<PipelineRun> list(String scope) throws IOException {
        List<PipelineRun> runs = new ArrayList<>();
        String filter = "PartitionKey eq '%s'".formatted(quoted(RunRows.partition(scope)));
        for (TableEntity row : rows("list the runs of '%s'".formatted(scope), filter)) {
            runs.add(RunRows.run(row));
        }
        runs.sort(Comparator.comparing(PipelineRun::createdAt).reversed());
        return runs;
    }

    @Override
    public void putSlice(ResourceId run, SliceProgress progress) throws IOException {
        TableEntity row = RunRows.of(run, progress);
        StorageConnection.ask("keep the progress of run '%s'".formatted(run.name()), () -> {
            table().upsertEntityWithResponse(row, TableEntityUpdateMode.REPLACE, null, Context.NONE);
            return row;
        });
    }

    @Override
    public void noteProgress(ResourceId run, SliceProgress progress) throws IOException {
        TableEntity row = RunRows.of(run, progress);
        StorageConnection.ask("note the progress of run '%s'".formatted(run.name()), () -> {
            try {
                Optional<TableEntity> present = row(row.getPartitionKey(), row.getRowKey());
                if (present.isEmpty()) {
                    table().createEntity(row);
                } else if (!RunRows.isDone(present.get())) {
                    row.addProperty(ETAG, present.get().getETag());
                    table().updateEntityWithResponse(row, TableEntityUpdateMode.REPLACE, true, null, Context.NONE);
                }
            } catch (TableServiceException e) {
                // Another worker on the same slice was faster; what it knows is as good.
                if (!Set.of(404, 409, 412).contains(e.getResponse().getStatusCode())) {
                    throw e;
                }
            }
            return row;
        });
    }

    @Override
    public List<SliceProgress> slices(ResourceId run, Leg leg, int generation) throws IOException {
        String prefix = RunRows.slicePrefix(leg, generation);
        // The row keys are compared as text: "." is the character after "-".
        String filter = "PartitionKey eq '%s' and RowKey ge '%s' and RowKey lt '%s'"
                .formatted(quoted(RunRows.slicePartition(run)), prefix, prefix.substring(0, prefix.length() - 1) + ".");
        List<SliceProgress> slices = new ArrayList<>();
        for (TableEntity row : rows("read the progress of run '%s'".formatted(run.name()), filter)) {
            slices.add(RunRows.slice(row));
        }
        slices.sort(Comparator.comparingInt(SliceProgress::slice));
        return slices;
    }

    @Override
    public byte[] keepDocument(ResourceId run, String name, byte[] content) throws IOException {
        return documents.keep(run, name, content);
    }

    @Override
    public Optional<byte[]> document(ResourceId run, String name) throws IOException {
        return documents.find(run, name);
    }

    private List<TableEntity> rows(String what, String filter) throws IOException {
        return StorageConnection.ask(
                what,
                () -> table().listEntities(new ListEntitiesOptions().setFilter(filter), null, Context.NONE).stream()
                        .toList());
    }

    private TableClient table() {
        firstUse.prepare(() -> storage.tableService().createTableIfNotExists(tableName));
        return storage.tableService().getTableClient(tableName);
    }

    private static <T> T unless(int status, TableServiceException e, Supplier<T> otherwise) {
        if (e.getResponse().getStatusCode() == status) {
            return otherwise.get();
        }
        throw e;
    }

    private static String quoted(String text) {
        return text.replace("'", "''");
    }
}

package io.transship.azure.state;

import com.azure.data.tables.models.TableEntity;
import io.transship.core.pipeline.DamagedRecordException;
import io.transship.core.pipeline.Page;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.run.ExecutionId;
import io.transship.core.pipeline.run.Leg;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.PipelineRuns;
import io.transship.core.pipeline.run.RunStatus;
import io.transship.core.pipeline.run.SliceProgress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Runs in a table and their documents in a container of the app's own storage account; both are made at first use.
 * Thread-safe.
 */
public final class AzurePipelineRuns implements PipelineRuns {

    private static final System.Logger LOG = System.getLogger(AzurePipelineRuns.class.getName());
    private static final int PARALLEL_READS = 16;

    private final AppTable table;
    private final RunBlobs documents;

    /** By the names of table and container; makes no request. */
    public AzurePipelineRuns(StorageConnection storage, String table, String container) {
        this.table = new AppTable(storage, table);
        this.documents = new RunBlobs(storage, container);
    }

    @Override
    public boolean create(PipelineRun run) throws IOException {
        String what = "keep run '%s'".formatted(run.id().name());
        // Before the run itself: what was kept and never listed as unsettled would be lost with its first message.
        table.put(what, RunRows.unsettled(run.execution()));
        if (table.create(what, RunRows.of(run), RunRows.byAge(run))) {
            return true;
        }
        Optional<TableEntity> present = row(run.id());
        return run.times().triggeredAt() == null
                && present.isPresent()
                && RunRows.isDeleted(present.get())
                && table.replace(what, RunRows.of(run), present.get().getETag(), RunRows.byAge(run));
    }

    private Optional<TableEntity> row(ResourceId id) throws IOException {
        return table.find("read run '%s'".formatted(id.name()), RunRows.partition(id.scope()), RunRows.rowKey(id));
    }

    @Override
    public Optional<Versioned> find(ResourceId id) throws IOException {
        Optional<TableEntity> row = row(id).filter(found -> !RunRows.isDeleted(found));
        return row.isPresent()
                ? Optional.of(new Versioned(RunRows.run(row.get()), row.get().getETag()))
                : Optional.empty();
    }

    @Override
    public boolean replace(PipelineRun run, String version) throws IOException {
        String what = "change run '%s'".formatted(run.id().name());
        if (run.status() == RunStatus.QUEUED) {
            table.put(what, RunRows.unsettled(run.execution()));
        }
        return table.replace(what, RunRows.of(run), version);
    }

    @Override
    public boolean delete(ResourceId id, String version) throws IOException {
        Optional<Versioned> found = find(id).filter(run -> run.version().equals(version));
        if (found.isEmpty()) {
            return false;
        }
        PipelineRun run = found.get().run();
        String what = "delete run '%s'".formatted(id.name());
        TableEntity trace = RunRows.deleted(run);
        boolean deleted = run.times().triggeredAt() == null
                ? table.delete(what, trace, version)
                : table.replace(what, trace, version);
        if (deleted) {
            table.deleteAll(what, List.of(RunRows.byAge(run)));
            String partitions = RunRows.slicePartitions(id);
            table.deleteAll(what, table.list(what, between("PartitionKey", partitions, after(partitions))));
            documents.deleteAll(id);
        }
        return deleted;
    }

    @Override
    public Page<PipelineRun> list(String scope, int most, Optional<String> from) throws IOException {
        String what = "list the runs of '%s'".formatted(scope);
        String filter = "PartitionKey eq %s and %s"
                .formatted(
                        AppTable.quoted(RunRows.partition(scope)),
                        between("RowKey", from.isPresent() ? key(from.get()) : RunRows.BY_AGE, after(RunRows.BY_AGE)));
        List<TableEntity> rows = table.list(what, filter, most + 1);
        Optional<String> next =
                rows.size() > most ? Optional.of(token(rows.get(most).getRowKey())) : Optional.empty();
        return new Page<>(runs(rows.subList(0, Math.min(most, rows.size()))), next);
    }

    private static String token(String key) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(key.getBytes(StandardCharsets.UTF_8));
    }

    private static String key(String token) {
        String key = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
        if (!key.startsWith(RunRows.BY_AGE)) {
            throw new IllegalArgumentException("the list has no page '%s'".formatted(token));
        }
        return key;
    }

    /** Several at once: each is a request of its own. */
    private List<PipelineRun> runs(List<TableEntity> listed) throws IOException {
        List<Future<Optional<Versioned>>> reading = new ArrayList<>();
        try (ExecutorService threads =
                Executors.newFixedThreadPool(PARALLEL_READS, Thread.ofVirtual().factory())) {
            for (TableEntity row : listed) {
                reading.add(threads.submit(() -> find(id(row))));
            }
        }
        List<PipelineRun> runs = new ArrayList<>();
        for (Future<Optional<Versioned>> one : reading) {
            try {
                one.get().ifPresent(found -> runs.add(found.run()));
            } catch (ExecutionException e) {
                switch (e.getCause()) {
                    // One run that cannot be read does not hide the others; whoever asks for it by name hears of it.
                    case DamagedRecordException damaged -> LOG.log(System.Logger.Level.WARNING, damaged.getMessage());
                    case IOException failure -> throw failure;
                    case null, default -> throw new IOException(e.getCause());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
        return runs;
    }

    private static ResourceId id(TableEntity row) {
        return ResourceId.parse(String.valueOf(row.getProperty(RunRows.ID)));
    }

    @Override
    public List<ExecutionId> unsettled() throws IOException {
        return table.list("list unsettled runs", "PartitionKey eq " + AppTable.quoted(RunRows.UNSETTLED)).stream()
                .map(row ->
                        new ExecutionId(id(row), Instant.parse(String.valueOf(row.getProperty(RunRows.REQUESTED_AT)))))
                .toList();
    }

    @Override
    public void settle(ExecutionId execution) throws IOException {
        table.deleteAll("settle run '%s'".formatted(execution.run().name()), List.of(RunRows.unsettled(execution)));
    }

    @Override
    public List<PipelineRun> createdBefore(Instant time, int most) throws IOException {
        String filter = between("RowKey", after(RunRows.keyByAge(time) + "-"), after(RunRows.BY_AGE));
        return runs(table.list("list old runs", filter, most));
    }

    @Override
    public void putSlice(ExecutionId execution, SliceProgress progress) throws IOException {
        table.put("keep the progress of run '%s'".formatted(execution.run().name()), RunRows.of(execution, progress));
    }

    @Override
    public void noteProgress(ExecutionId execution, SliceProgress progress) throws IOException {
        String what = "note the progress of run '%s'".formatted(execution.run().name());
        TableEntity row = RunRows.of(execution, progress);
        Optional<TableEntity> present = table.find(what, row.getPartitionKey(), row.getRowKey());
        // If another worker on the same slice is faster, what it knows is as good.
        if (present.isEmpty()) {
            table.create(what, row);
        } else if (!RunRows.isDone(present.get())) {
            table.replace(what, row, present.get().getETag());
        }
    }

    @Override
    public List<SliceProgress> slices(ExecutionId execution, Leg leg, int generation) throws IOException {
        String prefix = RunRows.slicePrefix(leg, generation);
        String filter = "PartitionKey eq %s and %s"
                .formatted(
                        AppTable.quoted(RunRows.slicePartition(execution)), between("RowKey", prefix, after(prefix)));
        List<SliceProgress> slices = new ArrayList<>();
        for (TableEntity row : table.list(
                "read the progress of run '%s'".formatted(execution.run().name()), filter)) {
            try {
                slices.add(RunRows.slice(row));
            } catch (DamagedRecordException e) {
                LOG.log(System.Logger.Level.WARNING, e.getMessage() + "; until then, the slice counts as not moved");
            }
        }
        slices.sort(Comparator.comparingInt(SliceProgress::slice));
        return slices;
    }

    private static String between(String property, String from, String to) {
        return "%1$s ge %2$s and %1$s lt %3$s".formatted(property, AppTable.quoted(from), AppTable.quoted(to));
    }

    /** The first text after all that begin with this one; keys are compared character by character. */
    private static String after(String prefix) {
        int last = prefix.length() - 1;
        return prefix.substring(0, last) + (char) (prefix.charAt(last) + 1);
    }

    @Override
    public byte[] keepDocument(ExecutionId execution, String name, byte[] content) throws IOException {
        return documents.keep(execution, name, content);
    }

    @Override
    public Optional<byte[]> document(ExecutionId execution, String name) throws IOException {
        return documents.find(execution, name);
    }
}

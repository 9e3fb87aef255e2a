package io.transship.azure.state;

import com.azure.data.tables.models.TableEntity;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.run.ExecutionId;
import io.transship.core.pipeline.run.Leg;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.RunJson;
import io.transship.core.pipeline.run.SliceProgress;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * Runs and slices as rows of a table. Beside each run, in the same partition, is a row whose key sorts by the run's age: the
 * list of runs is read from those. Slices have a partition for each execution.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model">Table
 *     service data model</a>
 */
final class RunRows {

    /** What the keys of the rows begin with that list runs by age. */
    static final String BY_AGE = "age-";

    /** Partition of the runs that may still have something to be done. */
    static final String UNSETTLED = "unsettled";

    /** Column with a resource id. */
    static final String ID = "Id";

    /** Column with the time that tells executions apart; a text, because the service's times are less exact. */
    static final String REQUESTED_AT = "RequestedAt";

    private static final String DELETED = "Deleted";

    private RunRows() {}

    /** The partition of all runs under a registry; keys must not have slashes. */
    static String partition(String scope) {
        return scope.replace('/', '|');
    }

    static String rowKey(ResourceId run) {
        return "run-" + run.name().toLowerCase(Locale.ROOT);
    }

    /** The key of the row that lists a run: the newest sorts first. */
    static String keyByAge(PipelineRun run) {
        return keyByAge(run.times().createdAt()) + "-" + run.id().name().toLowerCase(Locale.ROOT);
    }

    static String keyByAge(Instant createdAt) {
        return BY_AGE + "%019d".formatted(Long.MAX_VALUE - ChronoUnit.MICROS.between(Instant.EPOCH, createdAt));
    }

    static String slicePartition(ExecutionId execution) {
        return slicePartitions(execution.run()) + execution.requestedAt();
    }

    /** What the partitions of all executions of a run begin with. */
    static String slicePartitions(ResourceId run) {
        return partition(run.toString().toLowerCase(Locale.ROOT)) + "|";
    }

    /** What the row keys of one leg's plan begin with. */
    static String slicePrefix(Leg leg, int generation) {
        return "%s-%06d-".formatted(leg.label(), generation);
    }

    static TableEntity of(PipelineRun run) throws IOException {
        TableEntity row = new TableEntity(partition(run.id().scope()), rowKey(run.id()))
                .addProperty("Pipeline", run.pipeline().toString())
                .addProperty("Blob", run.archive().toString())
                .addProperty("Status", run.status().label())
                .addProperty("CreatedAt", run.times().createdAt().toString());
        return PackedJson.put(
                row, RunJson.write(run), "run '%s'".formatted(run.id().name()));
    }

    static TableEntity byAge(PipelineRun run) {
        return new TableEntity(partition(run.id().scope()), keyByAge(run))
                .addProperty(ID, run.id().toString());
    }

    /** What stays of a run that an archive triggered, when the run is deleted. */
    static TableEntity deleted(PipelineRun run) {
        return new TableEntity(partition(run.id().scope()), rowKey(run.id()))
                .addProperty(DELETED, true)
                .addProperty("Blob", run.archive().toString());
    }

    static boolean isDeleted(TableEntity run) {
        return Boolean.TRUE.equals(run.getProperty(DELETED));
    }

    static TableEntity unsettled(ExecutionId execution) {
        return new TableEntity(UNSETTLED, slicePartition(execution))
                .addProperty(ID, execution.run().toString())
                .addProperty(REQUESTED_AT, execution.requestedAt().toString());
    }

    static PipelineRun run(TableEntity row) throws IOException {
        return PackedJson.get(row, json -> RunJson.read(json, PipelineRun.class));
    }

    static TableEntity of(ExecutionId execution, SliceProgress slice) throws IOException {
        String key = slicePrefix(slice.leg(), slice.generation()) + "%06d".formatted(slice.slice());
        TableEntity row = new TableEntity(slicePartition(execution), key)
                .addProperty("Done", slice.done())
                .addProperty("BytesDone", slice.bytesDone())
                .addProperty("BytesSent", slice.bytesSent())
                .addProperty("BytesSaved", slice.bytesSaved())
                .addProperty("BytesCopied", slice.bytesCopied());
        return PackedJson.put(
                row,
                RunJson.write(slice),
                "slice %d of run '%s'".formatted(slice.slice(), execution.run().name()));
    }

    static boolean isDone(TableEntity slice) {
        return Boolean.TRUE.equals(slice.getProperty("Done"));
    }

    static SliceProgress slice(TableEntity row) throws IOException {
        return PackedJson.get(row, json -> RunJson.read(json, SliceProgress.class));
    }
}

package io.transship.azure;

import com.azure.data.tables.models.TableEntity;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.run.Leg;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.RunJson;
import io.transship.core.pipeline.run.SliceProgress;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Runs and slices as rows of a table. What counts is their JSON, packed, because a row has room for 1 MiB in pieces of
 * 64 KiB and a run may name thousands of artifacts; the columns beside it are for people who look into the table.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model">Table
 *     service data model</a>
 */
final class RunRows {

    private static final int PIECE = 64 * 1024;
    private static final int MAX_PIECES = 14;

    private RunRows() {}

    /** The partition of all runs under a registry; keys must not have slashes. */
    static String partition(String scope) {
        return scope.replace('/', '|');
    }

    static String rowKey(ResourceId run) {
        return run.name().toLowerCase(Locale.ROOT);
    }

    static String slicePartition(ResourceId run) {
        return partition(run.toString().toLowerCase(Locale.ROOT));
    }

    /** What the row keys of one leg's plan begin with. */
    static String slicePrefix(Leg leg, int generation) {
        return "%s-%06d-".formatted(leg.label(), generation);
    }

    static TableEntity of(PipelineRun run) throws IOException {
        TableEntity row = new TableEntity(partition(run.id().scope()), rowKey(run.id()))
                .addProperty("Pipeline", run.pipeline().toString())
                .addProperty("Blob", run.blob().toString())
                .addProperty("Status", run.status().label())
                .addProperty("CreatedAt", run.createdAt().toString());
        return pack(row, RunJson.write(run), "run '%s'".formatted(run.id().name()));
    }

    static PipelineRun run(TableEntity row) throws IOException {
        return RunJson.read(unpack(row), PipelineRun.class);
    }

    static TableEntity of(ResourceId run, SliceProgress slice) throws IOException {
        String key = slicePrefix(slice.leg(), slice.generation()) + "%06d".formatted(slice.slice());
        TableEntity row = new TableEntity(slicePartition(run), key)
                .addProperty("Done", slice.done())
                .addProperty("BytesDone", slice.bytesDone())
                .addProperty("BytesSent", slice.bytesSent())
                .addProperty("BytesSaved", slice.bytesSaved());
        return pack(row, RunJson.write(slice), "slice %d of run '%s'".formatted(slice.slice(), run.name()));
    }

    static boolean isDone(TableEntity slice) {
        return Boolean.TRUE.equals(slice.getProperty("Done"));
    }

    static SliceProgress slice(TableEntity row) throws IOException {
        return RunJson.read(unpack(row), SliceProgress.class);
    }

    private static TableEntity pack(TableEntity row, byte[] json, String what) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(json);
        }
        byte[] bytes = packed.toByteArray();
        if (bytes.length > PIECE * MAX_PIECES) {
            throw new IllegalArgumentException(
                    "%s is too large to keep: %,d bytes packed, %,d is the most; name fewer artifacts in one run"
                            .formatted(what, bytes.length, PIECE * MAX_PIECES));
        }
        for (int i = 0; i * PIECE < bytes.length; i++) {
            row.addProperty("Json" + i, Arrays.copyOfRange(bytes, i * PIECE, Math.min(bytes.length, (i + 1) * PIECE)));
        }
        return row;
    }

    private static byte[] unpack(TableEntity row) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        for (int i = 0; row.getProperty("Json" + i) instanceof byte[] piece; i++) {
            packed.write(piece);
        }
        try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(packed.toByteArray()))) {
            return gzip.readAllBytes();
        }
    }
}

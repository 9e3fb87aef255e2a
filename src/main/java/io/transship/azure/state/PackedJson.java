package io.transship.azure.state;

import com.azure.data.tables.models.TableEntity;
import io.transship.core.pipeline.DamagedRecordException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * JSON in a table row, packed, because a row has room for 1 MiB in pieces of 64 KiB and a run may name thousands of
 * artifacts. It is what counts of a row; the columns beside it are for people who look into the table.
 */
final class PackedJson {

    private static final int PIECE = 64 * 1024;
    private static final int MAX_PIECES = 14;

    private PackedJson() {}

    /** Makes a value of JSON. */
    @FunctionalInterface
    interface Reader<T> {
        T read(byte[] json) throws IOException;
    }

    /**
     * Puts JSON into a row.
     *
     * @throws IllegalArgumentException if it is too large
     */
    static TableEntity put(TableEntity row, byte[] json, String what) throws IOException {
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

    /**
     * Gets it back.
     *
     * @throws DamagedRecordException if the row does not hold what {@link #put} put there
     */
    static <T> T get(TableEntity row, Reader<T> reader) throws DamagedRecordException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        for (int i = 0; row.getProperty("Json" + i) instanceof byte[] piece; i++) {
            packed.writeBytes(piece);
        }
        try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(packed.toByteArray()))) {
            return reader.read(gzip.readAllBytes());
        } catch (IOException e) {
            throw AppTable.damaged(row, e);
        }
    }
}

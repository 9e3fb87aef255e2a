package io.transship.bench.sink;

import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A blob that can be seen.
 *
 * @param blocks of which it consists, in order
 * @param modified as an HTTP date
 * @param kept headers that come back with it
 */
record SinkBlob(List<Block> blocks, long size, String etag, String modified, Map<String, String> kept) {

    static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);

    SinkBlob {
        blocks = List.copyOf(blocks);
        kept = Map.copyOf(kept);
    }

    /** Bytes of a blob, from the beginning of a file. */
    record Block(String id, Path file, long size) {}

    static SinkBlob of(List<Block> blocks, String etag, Map<String, String> kept) {
        long size = blocks.stream().mapToLong(Block::size).sum();
        return new SinkBlob(blocks, size, etag, HTTP_DATE.format(ZonedDateTime.now(ZoneOffset.UTC)), kept);
    }

    Optional<Block> block(String id) {
        return blocks.stream().filter(block -> block.id().equals(id)).findFirst();
    }
}

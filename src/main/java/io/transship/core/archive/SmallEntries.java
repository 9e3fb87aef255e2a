package io.transship.core.archive;

import io.transship.core.archive.tar.TarHeader;
import io.transship.core.content.RangeSource;
import io.transship.core.oci.Manifest;
import java.io.IOException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Reads manifests and small blobs in runs of neighbours, because one request for each of thousands takes minutes. Keeps the
 * last few runs, since a walk comes back to its neighbourhood. Thread-safe.
 */
final class SmallEntries {

    /** Up to here a request costs more than the bytes of a blob: about what a line of 100 Mbit/s carries in 5 ms. */
    private static final long SMALL_BLOB = 64 * 1024;

    private static final long RUN_BYTES = Manifest.MAX_SIZE;
    private static final int RUNS_KEPT = 4;

    /** Headers and padding that may lie between two neighbours. */
    private static final long GAP = 4 * TarHeader.BLOCK;

    private record Run(long start, long end) {}

    private final RangeSource source;
    private final NavigableMap<Long, Run> runs = new TreeMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Long, byte[]> kept = new LinkedHashMap<>(16, 0.75f, true);

    SmallEntries(RangeSource source, List<ArchivedContent> contents) {
        this.source = source;
        List<ArchivedContent> small = contents.stream()
                .filter(content -> content.manifest() || isSmallBlob(content))
                .sorted(Comparator.comparingLong(ArchivedContent::offset))
                .toList();
        for (ArchivedContent content : small) {
            long start = content.offset() - TarHeader.BLOCK;
            long end = content.offset() + content.descriptor().size();
            Map.Entry<Long, Run> last = runs.lastEntry();
            boolean joins = last != null
                    && start - last.getValue().end() <= GAP
                    && end - last.getValue().start() <= RUN_BYTES;
            Run run = joins
                    ? new Run(last.getValue().start(), Math.max(last.getValue().end(), end))
                    : new Run(start, end);
            runs.put(run.start(), run);
        }
    }

    /** Whether a blob is read with its neighbours. */
    static boolean isSmallBlob(ArchivedContent content) {
        return !content.manifest() && content.descriptor().size() <= SMALL_BLOB;
    }

    /** The header block and the bytes of a manifest or a small blob, unverified. */
    byte[] read(ArchivedContent content) throws IOException {
        Archive.checkInside(source, content);
        long start = content.offset() - TarHeader.BLOCK;
        int length = TarHeader.BLOCK + (int) content.descriptor().size();
        Run run = runs.floorEntry(start).getValue();
        byte[] bytes = run(run);
        byte[] result = new byte[length];
        System.arraycopy(bytes, (int) (start - run.start()), result, 0, length);
        return result;
    }

    private byte[] run(Run run) throws IOException {
        lock.lock();
        try {
            byte[] bytes = kept.get(run.start());
            if (bytes == null) {
                long end = Math.min(run.end(), source.length());
                bytes = source.read(run.start(), (int) (end - run.start()));
                kept.put(run.start(), bytes);
                if (kept.size() > RUNS_KEPT) {
                    kept.remove(kept.keySet().iterator().next());
                }
            }
            return bytes;
        } finally {
            lock.unlock();
        }
    }
}

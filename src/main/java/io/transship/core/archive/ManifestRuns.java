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
 * Reads manifests in runs of neighbours, because one request for each of thousands of manifests takes minutes. Keeps the
 * last few runs, since a walk comes back to its neighbourhood. Thread-safe.
 */
final class ManifestRuns {

    private static final long RUN_BYTES = Manifest.MAX_SIZE;
    private static final int RUNS_KEPT = 4;

    /** Headers and padding that may lie between two neighbours. */
    private static final long GAP = 4 * TarHeader.BLOCK;

    private record Run(long start, long end) {}

    private final RangeSource source;
    private final NavigableMap<Long, Run> runs = new TreeMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Long, byte[]> kept = new LinkedHashMap<>(16, 0.75f, true);

    ManifestRuns(RangeSource source, List<ArchivedContent> contents) {
        this.source = source;
        List<ArchivedContent> manifests = contents.stream()
                .filter(ArchivedContent::manifest)
                .sorted(Comparator.comparingLong(ArchivedContent::offset))
                .toList();
        for (ArchivedContent manifest : manifests) {
            long start = manifest.offset() - TarHeader.BLOCK;
            long end = manifest.offset() + manifest.descriptor().size();
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

    /** The header block and the bytes of a manifest, unverified. */
    byte[] read(ArchivedContent manifest) throws IOException {
        Archive.checkInside(source, manifest);
        long start = manifest.offset() - TarHeader.BLOCK;
        int length = TarHeader.BLOCK + (int) manifest.descriptor().size();
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

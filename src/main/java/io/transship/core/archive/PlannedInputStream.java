package io.transship.core.archive;

import io.transship.core.archive.tar.TarHeader;
import io.transship.core.content.ContentMismatchException;
import io.transship.core.content.ContentSource;
import io.transship.core.content.VerifyingInputStream;
import io.transship.core.oci.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A range of a planned archive, put together while it is read. Not thread-safe; closing closes the content it is in. */
final class PlannedInputStream extends InputStream {

    private final byte[] head;
    private final List<ArchiveEntry> entries;
    private final ContentSource source;
    private final long end;
    private long position;
    private int next;
    private @Nullable InputStream content;

    /**
     * Opens a range.
     *
     * @param first index of the first entry that does not end before the start
     */
    PlannedInputStream(byte[] head, List<ArchiveEntry> entries, int first, ContentSource source, long start, long end) {
        this.head = head;
        this.entries = entries;
        this.source = source;
        this.position = start;
        this.end = end;
        this.next = first;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        if (length == 0) {
            return 0;
        }
        if (position == end) {
            return -1;
        }
        int wanted = (int) Math.min(length, end - position);
        int count = position < head.length ? copy(head, 0, buffer, offset, wanted) : readEntry(buffer, offset, wanted);
        position += count;
        return count;
    }

    @Override
    public void close() throws IOException {
        InputStream open = content;
        content = null;
        if (open != null) {
            open.close();
        }
    }

    private int readEntry(byte[] buffer, int offset, int wanted) throws IOException {
        while (next < entries.size() && entries.get(next).end() <= position) {
            next++;
        }
        if (next == entries.size()) {
            return zeros(buffer, offset, wanted);
        }
        ArchiveEntry entry = entries.get(next);
        Descriptor descriptor = entry.content().descriptor();
        long contentStart = entry.content().offset();
        long contentEnd = contentStart + descriptor.size();
        if (position < contentStart) {
            byte[] header = TarHeader.encode(entry.content().entryName(), descriptor.size());
            return copy(header, entry.start(), buffer, offset, wanted);
        }
        if (position < contentEnd) {
            return readContent(descriptor, contentStart, buffer, offset, (int) Math.min(wanted, contentEnd - position));
        }
        return zeros(buffer, offset, (int) Math.min(wanted, entry.end() - position));
    }

    private int readContent(Descriptor descriptor, long contentStart, byte[] buffer, int offset, int wanted)
            throws IOException {
        InputStream in = content;
        if (in == null) {
            in = source.open(descriptor, position - contentStart);
            boolean whole = position == contentStart && end - contentStart >= descriptor.size();
            content = in = whole ? new VerifyingInputStream(in, descriptor) : in;
        }
        int count = in.read(buffer, offset, wanted);
        if (count <= 0) {
            throw new ContentMismatchException(
                    descriptor,
                    "content %s ended after %,d bytes; expected %,d"
                            .formatted(descriptor.digest(), position - contentStart, descriptor.size()));
        }
        if (position + count == contentStart + descriptor.size()) {
            close();
        }
        return count;
    }

    private int copy(byte[] from, long start, byte[] buffer, int offset, int wanted) {
        int at = (int) (position - start);
        int count = Math.min(wanted, from.length - at);
        System.arraycopy(from, at, buffer, offset, count);
        return count;
    }

    private static int zeros(byte[] buffer, int offset, int count) {
        Arrays.fill(buffer, offset, offset + count, (byte) 0);
        return count;
    }
}

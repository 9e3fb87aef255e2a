package io.transship.core.archive;

import io.transship.core.archive.tar.TarFormatException;
import io.transship.core.archive.tar.TarHeader;
import io.transship.core.archive.tar.TarWalk;
import io.transship.core.archive.tar.TarWalk.Entry;
import io.transship.core.content.ContentSource;
import io.transship.core.content.RangeSource;
import io.transship.core.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * An archive whose every byte has its place before any is moved: what is small is here, layers and configs are named by
 * offset. Any range of it can be read, at any time and by any worker, and always gives the same bytes. Immutable and
 * thread-safe.
 */
public final class ArchivePlan {

    /** The two zero blocks at the end of a tar. */
    static final int TRAILER = 2 * TarHeader.BLOCK;

    private final byte[] head;
    private final TableOfContents contents;
    private final List<ArchiveEntry> blobEntries;
    private final Digest fingerprint;

    ArchivePlan(byte[] head, TableOfContents contents) {
        this.head = head;
        this.contents = contents;
        this.blobEntries = contents.contents().stream()
                .filter(content -> !content.manifest())
                .map(ArchiveEntry::of)
                .toList();
        this.fingerprint = Digest.sha256Of(head);
    }

    /**
     * Gets a plan back from its {@link #head()}.
     *
     * @throws ArchiveFormatException if the bytes are not the whole head of an archive
     */
    public static ArchivePlan parse(byte[] head) throws ArchiveFormatException {
        try {
            RangeSource source = RangeSource.of(head);
            TarWalk walk = new TarWalk(source, Archive.Limits.STANDARD.tar());
            Front front = Front.read(walk, Front.entries(walk), Archive.Limits.STANDARD);
            checkPlaces(front.contents(), front.end());
            ArchivePlan plan = new ArchivePlan(head.clone(), front.contents());
            plan.checkHead(front.end());
            return plan;
        } catch (ArchiveFormatException e) {
            throw e;
        } catch (TarFormatException e) {
            throw new ArchiveFormatException(e);
        } catch (IOException e) {
            throw new ArchiveFormatException(
                    "(head)", 0, "the head of the archive cannot be read: " + e.getMessage(), e);
        }
    }

    /** What the archive holds and where. */
    public TableOfContents contents() {
        return contents;
    }

    /** Length of the whole archive in bytes. */
    public long length() {
        return (blobEntries.isEmpty() ? head.length : blobEntries.getLast().end()) + TRAILER;
    }

    /** Everything before the header of the first blob: {@code oci-layout}, the table, {@code index.json}, manifests. */
    public byte[] head() {
        return head.clone();
    }

    /** SHA-256 of the head, which names every content by digest: equal only for archives of equal bytes. */
    public Digest fingerprint() {
        return fingerprint;
    }

    /** What follows the head, in order and without gaps, up to the end marker. */
    public List<ArchiveEntry> blobEntries() {
        return blobEntries;
    }

    /**
     * Opens a range of the archive; the caller closes the stream. Content that lies whole inside the range is verified
     * before its last byte is handed out. Content of which only a part is asked for cannot be; its bytes are checked by
     * whoever reads the whole. Content is opened when it is reached and closed when it is passed, one at a time.
     *
     * @param source opens the blobs; never asked for manifests
     * @throws IndexOutOfBoundsException if the range does not lie within the archive
     */
    public InputStream open(long offset, long length, ContentSource source) {
        Objects.checkFromIndexSize(offset, length, length());
        return new PlannedInputStream(head, blobEntries, entriesEndingBy(offset), source, offset, offset + length);
    }

    /** Bytes {@code [start, end)} of the archive that can be read by themselves: a header, its content and what pads it. */
    public record Part(long start, long end) {}

    /**
     * What a range of the archive consists of, in order and without gaps: whole entries of blobs, and what is before and after
     * them.
     *
     * @param end exclusive; of an entry that it or the start cuts, a part is what lies in the range
     */
    public List<Part> parts(long start, long end) {
        List<Part> parts = new ArrayList<>();
        long position = start;
        for (ArchiveEntry entry : blobEntries.subList(entriesEndingBy(start), entriesEndingBy(end))) {
            if (entry.start() < start) {
                continue;
            }
            if (entry.start() > position) {
                parts.add(new Part(position, entry.start()));
            }
            parts.add(new Part(entry.start(), entry.end()));
            position = entry.end();
        }
        if (position < end) {
            parts.add(new Part(position, end));
        }
        return parts;
    }

    /** How many entries lie before an offset. */
    private int entriesEndingBy(long offset) {
        int low = 0;
        int high = blobEntries.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (blobEntries.get(middle).end() <= offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /**
     * Checks that every content is where the order and the sizes of the contents put it, which leaves no room for overlaps,
     * gaps and hidden entries.
     *
     * @param start where the first content's header is
     * @return where the end marker is
     */
    static long checkPlaces(TableOfContents contents, long start) throws ArchiveFormatException {
        long position = start;
        for (ArchivedContent content : contents.contents()) {
            try {
                ArchiveEntry expected = ArchiveEntry.at(position, content);
                if (expected.content().offset() != content.offset()) {
                    throw new ArchiveFormatException(
                            content.entryName(),
                            position,
                            "transship.json says that its content is at offset %,d, but by the sizes before it, it is at %,d"
                                    .formatted(
                                            content.offset(), expected.content().offset()));
                }
                position = expected.end();
            } catch (ArithmeticException e) {
                throw new ArchiveFormatException(
                        content.entryName(), position, "transship.json gives it a size that no archive can have", e);
            }
        }
        return position;
    }

    private void checkHead(long start) throws ArchiveFormatException {
        long position = start;
        for (ArchivedContent content : contents.contents()) {
            if (!content.manifest()) {
                break;
            }
            ArchiveEntry entry = ArchiveEntry.of(content);
            byte[] header =
                    TarHeader.encode(content.entryName(), content.descriptor().size());
            if (entry.end() > head.length
                    || !Arrays.equals(head, (int) entry.start(), (int) content.offset(), header, 0, header.length)) {
                throw new ArchiveFormatException(
                        content.entryName(), entry.start(), "the head of the archive does not hold this manifest");
            }
            position = entry.end();
        }
        if (position != head.length) {
            throw new ArchiveFormatException(
                    "(head)",
                    position,
                    "the head of the archive has %,d bytes too many".formatted(head.length - position));
        }
    }

    /**
     * What the first three entries say.
     *
     * @param end offset after the third
     */
    record Front(TableOfContents contents, long end) {

        private static final List<String> NAMES =
                List.of(LayoutJson.LAYOUT_NAME, LayoutJson.CONTENTS_NAME, LayoutJson.INDEX_NAME);

        /** Up to three entries from the front of a tar. */
        static List<Entry> entries(TarWalk walk) throws IOException {
            List<Entry> entries = new ArrayList<>();
            while (entries.size() < NAMES.size()) {
                Optional<Entry> entry = walk.next();
                if (entry.isEmpty()) {
                    break;
                }
                entries.add(entry.get());
            }
            return entries;
        }

        static Front read(TarWalk walk, List<Entry> entries, Archive.Limits limits) throws IOException {
            List<String> names = entries.stream().map(Entry::name).toList();
            long position = 0;
            for (Entry entry : entries) {
                if (!names.equals(NAMES) || entry.start() != position) {
                    throw repacked(entry);
                }
                position = entry.end();
            }
            if (entries.isEmpty()) {
                throw new ArchiveFormatException(LayoutJson.LAYOUT_NAME, 0, "it is missing: the archive is empty");
            }
            Entry layout = entries.get(0);
            Entry table = entries.get(1);
            Entry index = entries.get(2);
            LayoutJson.checkLayout(walk.read(layout, limits.documentBytes()), layout.offset());
            TableOfContents contents =
                    TableOfContents.read(walk.read(table, limits.documentBytes()), table.offset(), limits);
            List<ArchivedArtifact> named =
                    LayoutJson.readIndex(walk.read(index, limits.documentBytes()), index.offset(), limits);
            if (!named.equals(contents.artifacts())) {
                throw new ArchiveFormatException(
                        index.name(), index.offset(), "it names other artifacts than transship.json");
            }
            return new Front(contents, position);
        }

        static ArchiveFormatException repacked(Entry entry) {
            return new ArchiveFormatException(
                    entry.name(),
                    entry.start(),
                    "an archive of Transship starts with %s, without anything between: this one was packed anew, so the"
                                    .formatted(String.join(", ", NAMES))
                            + " offsets in its transship.json are wrong; remove transship.json from it to import it as"
                            + " an archive of another tool");
        }
    }
}

package io.transship.core.archive;

import io.transship.core.archive.tar.TarHeader;

/**
 * The bytes of an archive that belong to one content, header and padding included. Entries follow each other without a
 * gap.
 *
 * @param start offset of its first header
 * @param end offset after its padding
 */
public record ArchiveEntry(ArchivedContent content, long start, long end) {

    static ArchiveEntry of(ArchivedContent content) {
        long size = content.descriptor().size();
        return new ArchiveEntry(
                content,
                content.offset() - TarHeader.length(content.entryName(), size),
                TarHeader.padded(Math.addExact(content.offset(), size)));
    }

    /** Lays content out so that its first header starts at {@code start}. */
    static ArchiveEntry at(long start, ArchivedContent content) {
        long size = content.descriptor().size();
        long offset = Math.addExact(start, TarHeader.length(content.entryName(), size));
        return of(new ArchivedContent(content.descriptor(), offset, content.manifest(), content.repositories()));
    }
}

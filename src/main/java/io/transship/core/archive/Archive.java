package io.transship.core.archive;

import io.transship.core.archive.ArchivePlan.Front;
import io.transship.core.archive.tar.TarFormatException;
import io.transship.core.archive.tar.TarHeader;
import io.transship.core.archive.tar.TarWalk;
import io.transship.core.archive.tar.TarWalk.Entry;
import io.transship.core.content.ContentMismatchException;
import io.transship.core.content.ManifestSource;
import io.transship.core.content.RangeSource;
import io.transship.core.content.VerifyingInputStream;
import io.transship.core.oci.Descriptor;
import io.transship.core.oci.Digest;
import io.transship.core.oci.InvalidManifestException;
import io.transship.core.oci.Manifest;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An archive that is read: one of Transship, or an OCI layout in a tar of another tool. Everything handed out is verified
 * against its digest, and memory is bounded by the table of contents and a few megabytes of manifests. Thread-safe.
 */
public final class Archive implements ManifestSource {

    /**
     * What is read of an archive at most, because archives come from another security domain.
     *
     * @param manifestBytes of one manifest
     * @param documentBytes of {@code index.json} and of {@code transship.json}, each
     * @param entries headers in the tar, and contents in the table
     * @param nameLength characters of an entry's name
     */
    record Limits(int manifestBytes, int documentBytes, int entries, int nameLength) {

        static final Limits STANDARD = new Limits(Manifest.MAX_SIZE, 64 * 1024 * 1024, 250_000, 256);

        TarWalk.Limits tar() {
            return new TarWalk.Limits(entries, nameLength);
        }
    }

    private final RangeSource source;
    private final TableOfContents contents;
    private final Map<Digest, ArchivedContent> byDigest;
    private final SmallEntries small;
    private final boolean own;

    private Archive(RangeSource source, TableOfContents contents, boolean own) {
        this.source = source;
        this.contents = contents;
        this.own = own;
        this.byDigest = HashMap.newHashMap(contents.contents().size());
        contents.contents().forEach(content -> byDigest.put(content.descriptor().digest(), content));
        this.small = new SmallEntries(source, contents.contents());
    }

    /**
     * Opens an archive and checks that it is whole: that everything is where it should be and every artifact has all of its
     * contents. Reads the front and the manifests, of another tool's archive all headers, and no other content.
     *
     * @throws ArchiveFormatException if it is no archive, or a damaged, incomplete or hostile one
     */
    public static Archive open(RangeSource source) throws IOException {
        return open(source, Limits.STANDARD);
    }

    static Archive open(RangeSource source, Limits limits) throws IOException {
        try {
            return read(source, limits);
        } catch (TarFormatException e) {
            throw new ArchiveFormatException(e);
        }
    }

    private static Archive read(RangeSource source, Limits limits) throws IOException {
        TarWalk walk = new TarWalk(source, limits.tar());
        List<Entry> first = Front.entries(walk);
        if (first.stream().noneMatch(entry -> entry.name().equals(LayoutJson.CONTENTS_NAME))) {
            return new Archive(source, ForeignArchive.read(source, walk, first, limits), false);
        }
        Front front = Front.read(walk, first, limits);
        checkLength(source, ArchivePlan.checkPlaces(front.contents(), front.end()));
        Archive archive = new Archive(source, front.contents(), true);
        archive.checkGraphs(limits);
        return archive;
    }

    /** An archive whose table is known, whole or in part; reads nothing and checks nothing before something is opened. */
    public static Archive of(RangeSource source, TableOfContents contents) {
        return new Archive(source, contents, false);
    }

    /** What the archive holds and where. */
    public TableOfContents contents() {
        return contents;
    }

    /**
     * Digest of everything before the header of the first blob, which names every content by digest: what an export calls its
     * catalog digest. Reads those bytes.
     *
     * @return empty for an archive of another tool
     */
    public Optional<Digest> catalogDigest() throws IOException {
        if (!own) {
            return Optional.empty();
        }
        long end = contents.contents().stream()
                .filter(content -> !content.manifest())
                .findFirst()
                .map(content -> ArchiveEntry.of(content).start())
                .orElse(source.length() - ArchivePlan.TRAILER);
        return Optional.of(Digest.sha256Of(source.read(0, Math.toIntExact(end))));
    }

    /** Finds content by digest. */
    public Optional<ArchivedContent> find(Digest digest) {
        return Optional.ofNullable(byDigest.get(digest));
    }

    /** {@inheritDoc} Content that the archive holds as a blob is not a manifest. */
    @Override
    public Optional<Manifest> manifest(Descriptor descriptor) throws IOException {
        ArchivedContent content = byDigest.get(descriptor.digest());
        if (content == null || !content.manifest()) {
            return Optional.empty();
        }
        Descriptor kept = content.descriptor();
        if (kept.size() != descriptor.size()) {
            throw problem(
                    content, "it has %,d bytes where %,d were asked for".formatted(kept.size(), descriptor.size()));
        }
        return Optional.of(read(content, descriptor.mediaType().isManifest() ? descriptor : kept));
    }

    /**
     * Opens content from its first byte; the caller closes the stream. It is verified before its last byte is handed out.
     *
     * @throws ContentMismatchException on reading, if the bytes are not the content; names the entry and its offset
     * @throws ArchiveFormatException if the archive does not have the content's entry there
     */
    public InputStream open(ArchivedContent content) throws IOException {
        if (SmallEntries.isSmallBlob(content)) {
            byte[] entry = small.read(content);
            checkHeader(content, Arrays.copyOf(entry, TarHeader.BLOCK));
            return new EntryInputStream(
                    new ByteArrayInputStream(entry, TarHeader.BLOCK, entry.length - TarHeader.BLOCK), content);
        }
        long size = content.descriptor().size();
        checkInside(source, content);
        InputStream in = source.open(content.offset() - TarHeader.BLOCK, TarHeader.BLOCK + size);
        try {
            checkHeader(content, in.readNBytes(TarHeader.BLOCK));
            return new EntryInputStream(in, content);
        } catch (IOException | RuntimeException e) {
            try (in) {
                throw e;
            }
        }
    }

    private Manifest read(ArchivedContent content, Descriptor descriptor) throws IOException {
        if (descriptor.size() > Manifest.MAX_SIZE) {
            throw problem(
                    content,
                    "it is a manifest of %,d bytes; at most %,d are allowed"
                            .formatted(descriptor.size(), Manifest.MAX_SIZE));
        }
        byte[] bytes = small.read(content);
        checkHeader(content, Arrays.copyOf(bytes, TarHeader.BLOCK));
        byte[] raw = Arrays.copyOfRange(bytes, TarHeader.BLOCK, bytes.length);
        Digest actual = Digest.of(descriptor.digest().algorithm(), raw);
        if (!actual.equals(descriptor.digest())) {
            throw new ContentMismatchException(
                    descriptor,
                    "entry '%s' at offset %,d: content is damaged: expected digest %s, got %s"
                            .formatted(content.entryName(), content.offset(), descriptor.digest(), actual));
        }
        try {
            return Manifest.parse(descriptor, raw);
        } catch (InvalidManifestException e) {
            throw new ArchiveFormatException(content.entryName(), content.offset(), String.valueOf(e.getMessage()), e);
        }
    }

    /** Goes through the manifests once, in the order of the archive, so that it takes one pass over their bytes. */
    private void checkGraphs(Limits limits) throws IOException {
        GraphCheck check = new GraphCheck(byDigest);
        for (ArchivedContent content : contents.contents()) {
            if (!content.manifest()) {
                break;
            }
            if (content.descriptor().size() > limits.manifestBytes()) {
                throw problem(content, "it is a manifest of more than %,d bytes".formatted(limits.manifestBytes()));
            }
            check.add(content, read(content, content.descriptor()));
        }
    }

    private static void checkLength(RangeSource source, long end) throws IOException {
        if (source.length() < end + ArchivePlan.TRAILER) {
            throw new ArchiveFormatException(
                    "(end)",
                    source.length(),
                    "the archive is truncated: by its transship.json it has %,d bytes"
                            .formatted(end + ArchivePlan.TRAILER));
        }
        if (source.length() > end + ArchivePlan.TRAILER) {
            throw new ArchiveFormatException(
                    "(end)",
                    end + ArchivePlan.TRAILER,
                    "the archive goes on for %,d bytes after the end that its transship.json gives"
                            .formatted(source.length() - end - ArchivePlan.TRAILER));
        }
        for (long block = end; block < source.length(); block += TarHeader.BLOCK) {
            if (!TarHeader.isZero(source.read(block, TarHeader.BLOCK))) {
                throw new ArchiveFormatException("(end)", block, "the two zero blocks of the end are missing");
            }
        }
    }

    static void checkInside(RangeSource source, ArchivedContent content) throws ArchiveFormatException {
        if (content.offset() < TarHeader.BLOCK
                || content.offset() > source.length()
                || content.descriptor().size() > source.length() - content.offset()) {
            throw problem(
                    content,
                    "it has %,d bytes and the archive only %,d: the archive is truncated or another than its table of contents"
                            .formatted(content.descriptor().size(), source.length()));
        }
    }

    private static void checkHeader(ArchivedContent content, byte[] block) throws ArchiveFormatException {
        if (block.length < TarHeader.BLOCK || !TarHeader.hasRightChecksum(block)) {
            throw problem(
                    content,
                    "there is no tar header in front of it: the archive is another than its table of contents");
        }
        TarHeader header = header(content, block);
        String name = header.name().startsWith("./") ? header.name().substring(2) : header.name();
        // Names and sizes that do not fit are in an extension header, and what is here in place of them is up to the
        // writer.
        boolean sameName =
                name.equals(content.entryName()) || content.entryName().length() > 100;
        boolean sameSize = header.size() == content.descriptor().size()
                || (header.size() == 0 && content.descriptor().size() > TarHeader.MAX_OCTAL_SIZE);
        if (!sameName || !sameSize || (header.type() != TarHeader.REGULAR && header.type() != '7')) {
            throw problem(
                    content,
                    "the tar header in front of it is that of '%s' with %,d bytes: the archive is another than its table of contents"
                            .formatted(TarFormatException.printable(name), header.size()));
        }
    }

    private static TarHeader header(ArchivedContent content, byte[] block) throws ArchiveFormatException {
        try {
            return TarHeader.parse(block, content.offset() - TarHeader.BLOCK);
        } catch (TarFormatException e) {
            throw new ArchiveFormatException(e);
        }
    }

    private static ArchiveFormatException problem(ArchivedContent content, String problem) {
        return new ArchiveFormatException(content.entryName(), content.offset(), problem);
    }

    /** Verifies, and says where in the archive the bytes are that were found wrong. */
    private static final class EntryInputStream extends FilterInputStream {

        private final ArchivedContent content;

        EntryInputStream(InputStream in, ArchivedContent content) throws IOException {
            super(in);
            this.content = content;
            try {
                this.in = new VerifyingInputStream(in, content.descriptor());
            } catch (ContentMismatchException e) {
                throw located(e);
            }
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            try {
                return super.read(buffer, offset, length);
            } catch (ContentMismatchException e) {
                throw located(e);
            }
        }

        @Override
        public long skip(long count) throws IOException {
            try {
                return super.skip(count);
            } catch (ContentMismatchException e) {
                throw located(e);
            }
        }

        private ContentMismatchException located(ContentMismatchException e) {
            ContentMismatchException located = new ContentMismatchException(
                    e.expected(),
                    "entry '%s' at offset %,d: %s".formatted(content.entryName(), content.offset(), e.getMessage()));
            located.initCause(e);
            return located;
        }
    }
}

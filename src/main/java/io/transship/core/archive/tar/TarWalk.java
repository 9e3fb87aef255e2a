package io.transship.core.archive.tar;

import io.transship.core.content.RangeSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the files of a tar by ranged reads of its headers, skipping their data, and refuses what an archive has no use
 * for: links, devices, escaping or repeated names, and whatever two readers could read differently. Not thread-safe.
 */
public final class TarWalk {

    /**
     * A regular file.
     *
     * @param name without a leading {@code ./}
     * @param start of its first header, extension headers included
     * @param offset of its first byte
     */
    public record Entry(String name, long start, long offset, long size) {

        /** Offset of what follows it. */
        public long end() {
            return TarHeader.padded(offset + size);
        }
    }

    /**
     * What is read at most.
     *
     * @param entries headers, those of directories and extensions included
     * @param nameLength characters of a name
     */
    public record Limits(int entries, int nameLength) {}

    private static final int FIRST_READ = 1024 * 1024;
    private static final int READ_AHEAD = 16 * 1024;
    private static final int MAX_EXTENSION = 64 * 1024;

    private final RangeSource source;
    private final Limits limits;
    private final Set<String> names = new HashSet<>();
    private byte[] window;
    private long windowStart;
    private long position;
    private int headers;
    private boolean ended;

    // What extension headers said about the entry that follows them.
    private @Nullable String longName;
    private @Nullable Long paxSize;
    private long start = -1;

    /** Starts at the front of a file and refuses one that is no tar. */
    public TarWalk(RangeSource source, Limits limits) throws IOException {
        this.source = source;
        this.limits = limits;
        this.window = source.read(0, (int) Math.min(FIRST_READ, source.length()));
        refuseOtherFormats();
    }

    /** The next file; empty at the end of the tar. */
    public Optional<Entry> next() throws IOException {
        while (!ended) {
            if (position == source.length()) {
                throw new TarFormatException(
                        "(end)", position, "the archive is truncated: the two zero blocks of its end are missing");
            }
            byte[] block = block();
            if (TarHeader.isZero(block)) {
                endHere();
                break;
            }
            TarHeader header = TarHeader.parse(block, position);
            if (++headers > limits.entries()) {
                throw problem(header, "the archive has more than %,d entries".formatted(limits.entries()));
            }
            Optional<Entry> entry = accept(header);
            if (entry.isPresent()) {
                return entry;
            }
        }
        return Optional.empty();
    }

    /** The data of an entry that must not be longer than {@code limit}. */
    public byte[] read(Entry entry, int limit) throws IOException {
        if (entry.size() > limit) {
            throw new TarFormatException(
                    entry.name(),
                    entry.offset(),
                    "it has %,d bytes; at most %,d are allowed".formatted(entry.size(), limit));
        }
        int size = (int) entry.size();
        if (isInWindow(entry.offset(), size)) {
            int from = (int) (entry.offset() - windowStart);
            return Arrays.copyOfRange(window, from, from + size);
        }
        return source.read(entry.offset(), size);
    }

    private Optional<Entry> accept(TarHeader header) throws IOException {
        switch (header.type()) {
            case TarHeader.PAX -> acceptPax(header);
            case 'g' -> acceptGlobalPax(header);
            case 'L' -> acceptLongName(header);
            case '5' -> acceptDirectory(header);
            case TarHeader.REGULAR, '7' -> {
                if (header.name().endsWith("/") && longName == null) {
                    acceptDirectory(header);
                    return Optional.empty();
                }
                return Optional.of(acceptFile(header));
            }
            case '1', '2', 'K' -> throw problem(header, "it is a link, which an archive must not hold");
            case '3', '4', '6' -> throw problem(header, "it is a device or a pipe, which an archive must not hold");
            default ->
                throw problem(
                        header,
                        "its type '%s' is not known"
                                .formatted(TarFormatException.printable(String.valueOf(header.type()))));
        }
        return Optional.empty();
    }

    private Entry acceptFile(TarHeader header) throws IOException {
        String name = checkedName(header);
        if (!names.add(name)) {
            throw problem(header, "there are two entries of the name '%s'".formatted(name));
        }
        long size = header.size();
        if (paxSize != null) {
            if (size != 0 && size != paxSize) {
                // Readers without PAX would go on elsewhere and see other entries.
                throw problem(header, "its header says %,d bytes and its PAX header %,d".formatted(size, paxSize));
            }
            size = paxSize;
        }
        long end = checkedEnd(header, size);
        Entry entry = new Entry(name, start < 0 ? position : start, position + TarHeader.BLOCK, size);
        forgetExtensions();
        position = end;
        return entry;
    }

    private void acceptDirectory(TarHeader header) throws IOException {
        checkedName(header);
        if (header.size() != 0) {
            throw problem(header, "it is a directory and has a size");
        }
        forgetExtensions();
        position += TarHeader.BLOCK;
    }

    private void acceptPax(TarHeader header) throws IOException {
        Map<String, String> records = TarHeader.paxRecords(extension(header), header.name(), position);
        refuseSparse(header, records);
        String path = records.get("path");
        String size = records.get("size");
        if ((path != null && longName != null) || (size != null && paxSize != null)) {
            throw problem(header, "two extension headers describe the same entry");
        }
        longName = path == null ? longName : path;
        paxSize = size == null ? paxSize : Long.valueOf(paxSize(header, size));
        skipExtension(header);
    }

    private void acceptGlobalPax(TarHeader header) throws IOException {
        Map<String, String> records = TarHeader.paxRecords(extension(header), header.name(), position);
        refuseSparse(header, records);
        if (records.containsKey("path") || records.containsKey("size")) {
            throw problem(header, "it gives all entries the same path or size");
        }
        position = TarHeader.padded(position + TarHeader.BLOCK + header.size());
    }

    private void acceptLongName(TarHeader header) throws IOException {
        if (longName != null) {
            throw problem(header, "two extension headers describe the same entry");
        }
        byte[] data = extension(header);
        int length = data.length > 0 && data[data.length - 1] == 0 ? data.length - 1 : data.length;
        longName = new String(data, 0, length, StandardCharsets.UTF_8);
        skipExtension(header);
    }

    private void refuseSparse(TarHeader header, Map<String, String> records) throws TarFormatException {
        if (records.keySet().stream().anyMatch(key -> key.startsWith("GNU.sparse"))) {
            throw problem(header, "it describes a sparse file, which an archive must not hold");
        }
    }

    private long paxSize(TarHeader header, String text) throws TarFormatException {
        if (!text.isEmpty() && text.length() <= 18 && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Long.parseLong(text);
        }
        throw problem(header, "its PAX size '%s' is not valid".formatted(TarFormatException.printable(text)));
    }

    private byte[] extension(TarHeader header) throws IOException {
        checkedEnd(header, header.size());
        if (start < 0) {
            start = position;
        }
        long offset = position + TarHeader.BLOCK;
        return read(new Entry(header.name(), position, offset, header.size()), MAX_EXTENSION);
    }

    private void skipExtension(TarHeader header) {
        position = TarHeader.padded(position + TarHeader.BLOCK + header.size());
    }

    private void forgetExtensions() {
        longName = null;
        paxSize = null;
        start = -1;
    }

    private String checkedName(TarHeader header) throws TarFormatException {
        String name = longName != null ? longName : header.name();
        while (name.startsWith("./")) {
            name = name.substring(2);
        }
        if (name.length() > limits.nameLength()) {
            throw problem(header, "its name has more than %,d characters".formatted(limits.nameLength()));
        }
        String path = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
        boolean escapes =
                name.startsWith("/") || Arrays.asList(path.split("/", -1)).contains("..");
        if (escapes || name.indexOf('\\') >= 0 || name.chars().anyMatch(Character::isISOControl)) {
            throw problem(
                    header,
                    "its name '%s' leads out of the archive or holds characters that it must not"
                            .formatted(TarFormatException.printable(name)));
        }
        return name;
    }

    private long checkedEnd(TarHeader header, long size) throws TarFormatException {
        long offset = position + TarHeader.BLOCK;
        if (size > source.length() - offset) {
            throw problem(
                    header,
                    "it has %,d bytes but the archive ends after %,d of them: it is truncated"
                            .formatted(size, Math.max(0, source.length() - offset)));
        }
        return TarHeader.padded(offset + size);
    }

    private byte[] block() throws IOException {
        if (source.length() - position < TarHeader.BLOCK) {
            throw new TarFormatException(
                    "(header)",
                    position,
                    "the archive is truncated: it ends at byte %,d inside a header".formatted(source.length()));
        }
        if (!isInWindow(position, TarHeader.BLOCK)) {
            window = source.read(position, (int) Math.min(READ_AHEAD, source.length() - position));
            windowStart = position;
        }
        int from = (int) (position - windowStart);
        return Arrays.copyOfRange(window, from, from + TarHeader.BLOCK);
    }

    private boolean isInWindow(long offset, int length) {
        return offset >= windowStart && offset + length <= windowStart + window.length;
    }

    private void endHere() throws IOException {
        ended = true;
        if (start >= 0 && (longName != null || paxSize != null)) {
            throw new TarFormatException("(end)", position, "an extension header is not followed by its entry");
        }
        position += TarHeader.BLOCK;
        if (position == source.length() || !TarHeader.isZero(block())) {
            throw new TarFormatException(
                    "(end)",
                    position,
                    "the second zero block of the end is missing: the archive is truncated or damaged");
        }
    }

    private TarFormatException problem(TarHeader header, String problem) {
        return new TarFormatException(longName != null ? longName : header.name(), position, problem);
    }

    private void refuseOtherFormats() throws TarFormatException {
        Map<String, byte[]> compressions = Map.of(
                "gzip", new byte[] {0x1f, (byte) 0x8b},
                "zstd", new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd},
                "xz", new byte[] {(byte) 0xfd, '7', 'z', 'X', 'Z'},
                "bzip2", new byte[] {'B', 'Z', 'h'});
        for (Map.Entry<String, byte[]> compression : compressions.entrySet()) {
            byte[] magic = compression.getValue();
            if (window.length >= magic.length && Arrays.equals(Arrays.copyOf(window, magic.length), magic)) {
                throw new TarFormatException(
                        "the file is compressed with %s, and entries of it cannot be reached by offset: decompress it first"
                                .formatted(compression.getKey()));
            }
        }
        if (window.length == 0) {
            throw new TarFormatException("the file is no tar: it is empty, as if its upload was cut off");
        }
        boolean tar = window.length >= TarHeader.BLOCK
                && (TarHeader.isZero(Arrays.copyOf(window, TarHeader.BLOCK))
                        || TarHeader.hasRightChecksum(Arrays.copyOf(window, TarHeader.BLOCK)));
        if (!tar) {
            throw new TarFormatException(
                    "the file is no tar: its first %d bytes at offset 0 are no tar header with a right checksum; expected an"
                                    .formatted(TarHeader.BLOCK)
                            + " archive of Transship or an OCI layout in a tar ('skopeo copy … oci-archive:FILE:repository:tag')");
        }
    }
}

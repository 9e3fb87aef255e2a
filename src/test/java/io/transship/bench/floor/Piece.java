package io.transship.bench.floor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A manifest or a blob with its place in the archive, a bare tar of contents. What several artifacts share has one place.
 *
 * @param tag of a manifest, or empty
 * @param offset of its header in the archive
 * @param first whether no piece before it is the same content
 */
record Piece(
        boolean manifest,
        String repository,
        String digest,
        long size,
        String mediaType,
        String tag,
        long offset,
        boolean first) {

    private static final int RECORD = 512;

    /** A line of a list, as {@link #parse} reads it. */
    static String line(boolean manifest, String repository, String digest, long size, String mediaType, String tag) {
        return String.join(
                " ",
                manifest ? "m" : "b",
                repository,
                digest,
                Long.toString(size),
                mediaType,
                tag.isEmpty() ? "-" : tag);
    }

    /** Lays out the lines of a list, in which manifests come after what they name. */
    static List<Piece> parse(List<String> lines) {
        List<Piece> pieces = new ArrayList<>();
        Map<String, Long> places = new HashMap<>();
        long end = 0;
        for (String line : lines) {
            String[] words = line.split(" ", -1);
            long size = Long.parseLong(words[3]);
            Long known = places.putIfAbsent(words[2], end);
            pieces.add(new Piece(
                    words[0].equals("m"),
                    words[1],
                    words[2],
                    size,
                    words[4],
                    words[5].equals("-") ? "" : words[5],
                    known == null ? end : known,
                    known == null));
            if (known == null) {
                end += RECORD + size + padding(size);
            }
        }
        return pieces;
    }

    /** Length of the archive, with the two empty records at its end. */
    static long archiveLength(List<Piece> pieces) {
        return pieces.stream()
                        .mapToLong(piece -> piece.dataOffset() + piece.size() + piece.padding())
                        .max()
                        .orElse(0)
                + 2 * RECORD;
    }

    long dataOffset() {
        return offset + RECORD;
    }

    int padding() {
        return padding(size);
    }

    String reference() {
        return tag.isEmpty() ? digest : tag;
    }

    private static int padding(long size) {
        return (int) (-size & (RECORD - 1));
    }
}

package io.transship.core.transfer.artifact;

import io.transship.core.archive.ArchivedContent;
import io.transship.core.archive.TableOfContents;
import io.transship.core.oci.Digest;
import io.transship.core.transfer.block.BlockLayout;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which contents of an archive nobody hashed on their way into it, because a storage service fetched them by itself. It is
 * known when the archive is sealed, and stands in the metadata of its blob: the bytes of an archive follow from its artifacts
 * and not from how they were moved. A hint for people; whoever reads an archive hashes every content. Immutable.
 */
public final class UnhashedContents {

    /** Name of the metadata. */
    static final String METADATA = "transshipunhashed";

    /** All metadata of a blob may have 8 KiB. */
    private static final int MAX_TEXT = 2048;

    /** As many as an archive may have. */
    private static final int MAX_CONTENTS = 250_000;

    private static final Pattern RANGE = Pattern.compile("(\\d{1,9})(?:-(\\d{1,9}))?");

    /** Their places in the table of contents. */
    private final BitSet indexes;

    private UnhashedContents(BitSet indexes) {
        this.indexes = indexes;
    }

    /** The contents that lie in these units. */
    static UnhashedContents of(TableOfContents table, List<BlockLayout.Unit> units) {
        BitSet indexes = new BitSet();
        Set<Long> starts = new HashSet<>();
        units.forEach(unit -> starts.add(unit.start()));
        List<ArchivedContent> contents = table.contents();
        for (int i = 0; i < contents.size(); i++) {
            indexes.set(i, starts.contains(contents.get(i).offset()));
        }
        return new UnhashedContents(indexes);
    }

    /** What the metadata of an archive says; none if it says nothing that can be understood. */
    public static UnhashedContents said(Map<String, String> metadata) {
        BitSet indexes = new BitSet();
        for (String range : metadata.getOrDefault(METADATA, "").split(",", -1)) {
            Matcher matcher = RANGE.matcher(range);
            if (!matcher.matches()) {
                return new UnhashedContents(new BitSet());
            }
            int first = Integer.parseInt(matcher.group(1));
            int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
            if (last < first || last >= MAX_CONTENTS) {
                return new UnhashedContents(new BitSet());
            }
            indexes.set(first, last + 1);
        }
        return new UnhashedContents(indexes);
    }

    /** Metadata with this added; as it is if all contents were hashed. */
    public Map<String, String> hints(Map<String, String> others) {
        if (indexes.isEmpty()) {
            return others;
        }
        Map<String, String> hints = new TreeMap<>(others);
        hints.put(METADATA, text());
        return hints;
    }

    /** Their digests. */
    public Set<Digest> digests(TableOfContents table) {
        Set<Digest> digests = new HashSet<>();
        List<ArchivedContent> contents = table.contents();
        indexes.stream()
                .filter(index -> index < contents.size())
                .forEach(index -> digests.add(contents.get(index).descriptor().digest()));
        return digests;
    }

    /** Ranges such as {@code 4,7-9}. If those are too many for a blob's metadata, the one that covers them all. */
    private String text() {
        StringBuilder text = new StringBuilder();
        for (int first = indexes.nextSetBit(0); first >= 0; ) {
            int end = indexes.nextClearBit(first);
            text.append(text.isEmpty() ? "" : ",").append(range(first, end - 1));
            first = indexes.nextSetBit(end);
        }
        return text.length() <= MAX_TEXT ? text.toString() : range(indexes.nextSetBit(0), indexes.length() - 1);
    }

    private static String range(int first, int last) {
        return first == last ? String.valueOf(first) : first + "-" + last;
    }
}

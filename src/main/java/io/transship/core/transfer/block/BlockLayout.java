package io.transship.core.transfer.block;

import io.transship.core.archive.ArchiveEntry;
import io.transship.core.archive.ArchivePlan;
import io.transship.core.archive.ArchivedContent;
import io.transship.core.storage.BlobContainer;
import io.transship.core.transfer.Slice;
import io.transship.core.transfer.TransferSettings;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * How the bytes of an archive are cut: units of whole entries, blocks within units, slices of consecutive units. It follows
 * from the plan and the settings alone, so every worker cuts alike.
 *
 * <p>A unit is what is verified as a whole: a content that fills blocks of its own, or neighbouring small entries that share
 * one block. Around a large content the cuts are at its first and after its last byte, so that its blocks hold nothing else
 * and whoever keeps it can be asked for them; its header and its padding go to the units beside it. Whether anybody is asked
 * does not matter: the blocks are the same.
 */
public final class BlockLayout {

    /**
     * Blocks that a content has at least to be cut out, 64 MiB of the usual ones: between two such contents there is one small
     * block more, and to ask where one is kept is one request more, which has to be little beside what may be saved.
     */
    private static final int BLOCKS_OF_LARGE = 8;

    /** Less than this is padding, and no entry is smaller. */
    private static final int SMALLEST_ENTRY = 512;

    /** Bytes {@code [start, end)} of the archive, staged as the blocks {@code [firstBlock, endBlock)}. */
    public record Unit(long start, long end, int firstBlock, int endBlock) {}

    /** One block: {@code length} bytes from {@code offset}. */
    record Block(int index, long offset, int length) {}

    private final List<Unit> units;
    private final List<Block> blocks;
    private final List<Slice> slices;

    private BlockLayout(List<Unit> units, List<Block> blocks, List<Slice> slices) {
        this.units = List.copyOf(units);
        this.blocks = List.copyOf(blocks);
        this.slices = List.copyOf(slices);
    }

    /** Cuts a planned archive. */
    public static BlockLayout of(ArchivePlan plan, TransferSettings settings) {
        int blockBytes = fittingBlockBytes(plan.length(), settings.blockBytes());
        List<Long> ends = unitEnds(plan, blockBytes);
        while (countBlocks(ends, blockBytes) > BlobContainer.MAX_BLOCKS) {
            blockBytes = larger(blockBytes, plan.length());
            ends = unitEnds(plan, blockBytes);
        }
        return cut(ends, blockBytes, settings.sliceBytes());
    }

    /** Cuts bytes of which nothing but their number is known; every block is a unit. */
    public static BlockLayout of(long length, TransferSettings settings) {
        int blockBytes = fittingBlockBytes(length, settings.blockBytes());
        List<Long> ends = new ArrayList<>();
        for (long offset = 0; offset < length; offset += blockBytes) {
            ends.add(Math.min(offset + blockBytes, length));
        }
        return cut(ends, blockBytes, settings.sliceBytes());
    }

    private static List<Long> unitEnds(ArchivePlan plan, int blockBytes) {
        List<Long> ends = new ArrayList<>();
        long start = plan.head().length;
        ends.add(start);
        for (ArchiveEntry entry : plan.blobEntries()) {
            ArchivedContent content = entry.content();
            if (isCutOut(content, blockBytes)) {
                // The header joins what is before it if that leaves room.
                if (entry.start() > start && content.offset() - start > blockBytes) {
                    ends.add(entry.start());
                }
                ends.add(content.offset());
                start = content.offset() + content.descriptor().size();
                ends.add(start);
                continue;
            }
            boolean large = entry.end() - entry.start() >= blockBytes;
            if (entry.start() - start >= SMALLEST_ENTRY && (large || entry.end() - start > blockBytes)) {
                ends.add(entry.start());
                start = entry.start();
            }
            if (large) {
                ends.add(entry.end());
                start = entry.end();
            }
        }
        ends.add(plan.length());
        return ends;
    }

    /** Whether a content has units and blocks that hold nothing but its own bytes. */
    private static boolean isCutOut(ArchivedContent content, int blockBytes) {
        return content.descriptor().size() >= (long) BLOCKS_OF_LARGE * blockBytes;
    }

    private static BlockLayout cut(List<Long> unitEnds, int blockBytes, long sliceBytes) {
        List<Unit> units = new ArrayList<>();
        List<Block> blocks = new ArrayList<>();
        long start = 0;
        for (long end : unitEnds) {
            int firstBlock = blocks.size();
            for (long offset = start; offset < end; offset += blockBytes) {
                blocks.add(new Block(blocks.size(), offset, (int) Math.min(blockBytes, end - offset)));
            }
            units.add(new Unit(start, end, firstBlock, blocks.size()));
            start = end;
        }
        return new BlockLayout(units, blocks, slices(units, sliceBytes));
    }

    private static long countBlocks(List<Long> unitEnds, int blockBytes) {
        long blocks = 0;
        long start = 0;
        for (long end : unitEnds) {
            blocks += Math.ceilDiv(end - start, blockBytes);
            start = end;
        }
        return blocks;
    }

    /** The block size of the settings, or the next larger one with which the service's number of blocks may be enough. */
    private static int fittingBlockBytes(long length, int blockBytes) {
        int fitting = blockBytes;
        while (Math.ceilDiv(length, fitting) > BlobContainer.MAX_BLOCKS) {
            fitting = larger(fitting, length);
        }
        return fitting;
    }

    private static int larger(int blockBytes, long length) {
        if (blockBytes == BlobContainer.MAX_BLOCK_BYTES) {
            throw new IllegalArgumentException(
                    "an archive of %,d bytes needs more than %,d blocks; split the artifacts over several runs"
                            .formatted(length, BlobContainer.MAX_BLOCKS));
        }
        return Math.min(2 * blockBytes, BlobContainer.MAX_BLOCK_BYTES);
    }

    private static List<Slice> slices(List<Unit> units, long sliceBytes) {
        List<Slice> slices = new ArrayList<>();
        int from = 0;
        while (from < units.size()) {
            int to = from + 1;
            long start = units.get(from).start();
            while (to < units.size() && units.get(to).end() - start <= sliceBytes) {
                to++;
            }
            slices.add(new Slice(slices.size(), from, to, units.get(to - 1).end() - start));
            from = to;
        }
        return slices;
    }

    public List<Slice> slices() {
        return slices;
    }

    List<Block> blocks() {
        return blocks;
    }

    public List<Unit> units(Slice slice) {
        return units.subList(slice.from(), slice.to());
    }

    List<Block> blocks(Unit unit) {
        return blocks.subList(unit.firstBlock(), unit.endBlock());
    }

    /** The units that have one of these blocks. */
    List<Unit> unitsWith(BitSet blocks) {
        return units.stream()
                .filter(unit -> {
                    int first = blocks.nextSetBit(unit.firstBlock());
                    return first >= 0 && first < unit.endBlock();
                })
                .toList();
    }

    /** The slice that a block belongs to. */
    Slice sliceOf(Block block) {
        for (Slice slice : slices) {
            if (block.index() < units.get(slice.to() - 1).endBlock()) {
                return slice;
            }
        }
        throw new IllegalArgumentException("no block " + block.index());
    }
}

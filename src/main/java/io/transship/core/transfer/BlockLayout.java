package io.transship.core.transfer;

import io.transship.core.archive.ArchiveEntry;
import io.transship.core.archive.ArchivePlan;
import io.transship.core.storage.BlobContainer;
import java.util.ArrayList;
import java.util.List;

/**
 * How the bytes of an archive are cut: units of whole entries, blocks within units, slices of consecutive units. It follows
 * from the plan and the settings alone, so every worker cuts alike.
 *
 * <p>A unit is what is verified as a whole: either one content that fills blocks of its own, or neighbouring small entries
 * that share one block.
 */
final class BlockLayout {

    /** Bytes {@code [start, end)} of the archive, staged as the blocks {@code [firstBlock, endBlock)}. */
    record Unit(long start, long end, int firstBlock, int endBlock) {}

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
    static BlockLayout of(ArchivePlan plan, TransferSettings settings) {
        List<Long> cuts = new ArrayList<>();
        cuts.add((long) plan.head().length);
        long start = plan.head().length;
        for (ArchiveEntry entry : plan.blobEntries()) {
            boolean large = entry.end() - entry.start() >= settings.blockBytes();
            if (entry.start() > start && (large || entry.end() - start > settings.blockBytes())) {
                cuts.add(entry.start());
                start = entry.start();
            }
            if (large) {
                cuts.add(entry.end());
                start = entry.end();
            }
        }
        return cut(plan.length(), cuts, settings);
    }

    /** Cuts bytes of which nothing but their number is known; every block is a unit. */
    static BlockLayout of(long length, TransferSettings settings) {
        int blockBytes = fittingBlockBytes(length, 0, settings);
        List<Long> cuts = new ArrayList<>();
        for (long offset = blockBytes; offset < length; offset += blockBytes) {
            cuts.add(offset);
        }
        return cut(length, cuts, new TransferSettings(blockBytes, Math.max(blockBytes, settings.sliceBytes())));
    }

    private static BlockLayout cut(long length, List<Long> cuts, TransferSettings settings) {
        int blockBytes = fittingBlockBytes(length, cuts.size() + 1, settings);
        List<Unit> units = new ArrayList<>();
        List<Block> blocks = new ArrayList<>();
        long start = 0;
        for (int i = 0; i <= cuts.size(); i++) {
            long end = i < cuts.size() ? cuts.get(i) : length;
            if (end == start) {
                continue;
            }
            int firstBlock = blocks.size();
            for (long offset = start; offset < end; offset += blockBytes) {
                blocks.add(new Block(blocks.size(), offset, (int) Math.min(blockBytes, end - offset)));
            }
            units.add(new Unit(start, end, firstBlock, blocks.size()));
            start = end;
        }
        return new BlockLayout(units, blocks, slices(units, settings.sliceBytes()));
    }

    /** The block size of the settings, doubled until the service's number of blocks is enough. */
    private static int fittingBlockBytes(long length, int units, TransferSettings settings) {
        long blockBytes = settings.blockBytes();
        while (length / blockBytes + units > BlobContainer.MAX_BLOCKS) {
            blockBytes *= 2;
            if (blockBytes > BlobContainer.MAX_BLOCK_BYTES) {
                throw new IllegalArgumentException(
                        "an archive of %,d bytes needs more than %,d blocks; split the artifacts over several runs"
                                .formatted(length, BlobContainer.MAX_BLOCKS));
            }
        }
        return (int) blockBytes;
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

    List<Slice> slices() {
        return slices;
    }

    List<Block> blocks() {
        return blocks;
    }

    List<Unit> units(Slice slice) {
        return units.subList(slice.from(), slice.to());
    }

    List<Block> blocks(Unit unit) {
        return blocks.subList(unit.firstBlock(), unit.endBlock());
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

package io.transship.core.transfer.block;

import io.transship.core.storage.StorageException;
import io.transship.core.transfer.Deadline;
import io.transship.core.transfer.Fanout;
import io.transship.core.transfer.TransferException;
import io.transship.core.transfer.TransferException.Side;
import io.transship.core.transfer.TransferListener;
import io.transship.core.transfer.block.BlockLayout.Block;
import io.transship.core.transfer.block.BlockLayout.Unit;
import io.transship.core.transfer.block.UnitCopies.BlockCopy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Has the target's service fetch blocks from the source by itself. Needs no memory for them, so that many are under way at
 * once. Nothing is proven here: what is fetched, nobody has seen.
 */
final class BlockCopier {

    private static final int PARALLEL = 16;

    private final BlockLayout layout;
    private final StagedBlocks staged;
    private final TransferListener listener;

    /** Whether the service did all that it was asked for up to now. */
    private volatile boolean able = true;

    BlockCopier(BlockLayout layout, StagedBlocks staged, TransferListener listener) {
        this.layout = layout;
        this.staged = staged;
        this.listener = listener;
    }

    private record Wanted(Block block, long offset, BlockCopy copy) {}

    /**
     * How far copying got.
     *
     * @param begun the units that were to be copied; the listener has heard of all of their blocks that are staged
     * @param left the units that were staged before, or are not copied whole: those that are left to a {@link BlockMover}
     * @param copied whether any block was
     */
    record Result(Set<Unit> begun, List<Unit> left, boolean copied) {}

    /**
     * Copies what the service can copy before the deadline passes. Of a unit that was begun earlier, only the blocks that are
     * missing.
     */
    Result copy(List<Unit> units, UnitCopies copies, Deadline deadline) throws IOException {
        Set<Unit> begun = new LinkedHashSet<>();
        List<Unit> left = new ArrayList<>();
        List<Wanted> wanted = new ArrayList<>();
        for (Unit unit : units) {
            Optional<BlockCopy> copy = staged.holds(layout.blocks(unit)) ? Optional.empty() : copies.of(unit);
            if (copy.isEmpty()) {
                left.add(unit);
                continue;
            }
            begun.add(unit);
            for (Block block : layout.blocks(unit)) {
                if (staged.holds(block)) {
                    listener.saved(block.length());
                } else {
                    wanted.add(new Wanted(block, block.offset() - unit.start(), copy.get()));
                }
            }
        }
        Set<Integer> done = copy(wanted, deadline);
        for (Unit unit : begun) {
            if (!layout.blocks(unit).stream().allMatch(block -> done.contains(block.index()) || staged.holds(block))) {
                left.add(unit);
            }
        }
        return new Result(begun, left, !done.isEmpty());
    }

    /** The indexes of those that were copied. */
    private Set<Integer> copy(List<Wanted> wanted, Deadline deadline) throws IOException {
        Set<Integer> done = ConcurrentHashMap.newKeySet();
        Fanout.Work<Wanted, Boolean> work =
                one -> copy(one, deadline) && done.add(one.block().index());
        if (!wanted.isEmpty()) {
            // One goes ahead: a service that cannot do it is not asked sixteen times at once.
            work.on(wanted.getFirst());
            Fanout.map(wanted.subList(1, wanted.size()), PARALLEL, work);
        }
        return done;
    }

    private boolean copy(Wanted wanted, Deadline deadline) throws IOException {
        deadline.requireWanted();
        if (!able || deadline.isPassed()) {
            return false;
        }
        Block block = wanted.block();
        try {
            if (wanted.copy().stage(staged.copiedId(block), wanted.offset(), block.length())) {
                listener.copied(block.length());
                return true;
            }
            able = false;
            return false;
        } catch (StorageException e) {
            throw e.kind() == StorageException.Kind.CHANGED
                    ? TransferException.at(Side.SOURCE, "reading from", e)
                    : TransferException.at(Side.TARGET, "writing to", e);
        } catch (IOException e) {
            throw TransferException.at(Side.TARGET, "writing to", e);
        }
    }
}

package io.transship.core.transfer.block;

import io.transship.core.content.RangeSource;
import io.transship.core.storage.BlobContainer;
import io.transship.core.storage.BlobName;
import io.transship.core.storage.StorageException;
import io.transship.core.transfer.Deadline;
import io.transship.core.transfer.Fanout;
import io.transship.core.transfer.TransferException;
import io.transship.core.transfer.TransferException.Side;
import io.transship.core.transfer.TransferListener;
import io.transship.core.transfer.block.BlockLayout.Block;
import io.transship.core.transfer.block.BlockLayout.Unit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Has the target's service fetch blocks from the source by itself. Needs no memory for them, so that many are under way at
 * once. For layouts in which every block is a unit: nothing that is larger can be proven here.
 */
final class BlockCopier {

    private static final int PARALLEL = 16;

    private final BlobContainer target;
    private final BlobName name;
    private final BlockLayout layout;
    private final StagedBlocks staged;
    private final TransferListener listener;

    /** Whether the service did all that it was asked for up to now. */
    private volatile boolean able = true;

    BlockCopier(
            BlobContainer target, BlobName name, BlockLayout layout, StagedBlocks staged, TransferListener listener) {
        this.target = target;
        this.name = name;
        this.layout = layout;
        this.staged = staged;
        this.listener = listener;
    }

    /**
     * Copies what the service can copy before the deadline passes.
     *
     * @return the units that were staged before, or are not staged now: those that are left to a {@link BlockMover}
     */
    List<Unit> copy(List<Unit> units, RangeSource source, Deadline deadline) throws IOException {
        List<Unit> left = new ArrayList<>();
        List<Unit> wanted = new ArrayList<>();
        for (Unit unit : units) {
            (staged.holds(layout.blocks(unit)) ? left : wanted).add(unit);
        }
        if (wanted.isEmpty()) {
            return left;
        }
        // One goes ahead: a service that cannot do it is not asked sixteen times at once.
        List<Boolean> copied = new ArrayList<>();
        copied.add(copy(wanted.getFirst(), source, deadline));
        copied.addAll(Fanout.map(wanted.subList(1, wanted.size()), PARALLEL, unit -> copy(unit, source, deadline)));
        for (int i = 0; i < wanted.size(); i++) {
            if (!copied.get(i)) {
                left.add(wanted.get(i));
            }
        }
        return left;
    }

    private boolean copy(Unit unit, RangeSource source, Deadline deadline) throws IOException {
        deadline.requireWanted();
        return able && !deadline.isPassed() && copy(layout.blocks(unit).getFirst(), source);
    }

    private boolean copy(Block block, RangeSource source) throws IOException {
        try {
            if (target.stageBlockFrom(name, staged.copiedId(block), source, block.offset(), block.length())) {
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

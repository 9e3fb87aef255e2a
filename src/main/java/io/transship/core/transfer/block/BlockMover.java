package io.transship.core.transfer.block;

import io.transship.core.storage.BlobContainer;
import io.transship.core.storage.BlobName;
import io.transship.core.transfer.Deadline;
import io.transship.core.transfer.Fanout;
import io.transship.core.transfer.TransferException;
import io.transship.core.transfer.TransferException.Side;
import io.transship.core.transfer.TransferListener;
import io.transship.core.transfer.block.BlockLayout.Block;
import io.transship.core.transfer.block.BlockLayout.Unit;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Stages the blocks of units at a target: reading goes on while earlier blocks are sent. A unit that was begun before is
 * read again from its start, because only a whole reading can be verified, but only blocks that are not staged yet are
 * sent. Of a block that the service fetched by itself nothing is known but its size, and that is enough here: the importer
 * looks at the bytes.
 */
final class BlockMover {

    private static final int PARALLEL_UNITS = 8;

    private final BlobContainer target;
    private final BlobName name;
    private final BlockLayout layout;
    private final StagedBlocks staged;
    private final BlockBuffers buffers;
    private final TransferListener listener;
    private final Set<Unit> counted;

    /**
     * For one target.
     *
     * @param counted units of which the listener has heard already what is staged
     */
    BlockMover(
            BlobContainer target,
            BlobName name,
            BlockLayout layout,
            StagedBlocks staged,
            BlockBuffers buffers,
            TransferListener listener,
            Set<Unit> counted) {
        this.target = target;
        this.name = name;
        this.layout = layout;
        this.staged = staged;
        this.buffers = buffers;
        this.listener = listener;
        this.counted = counted;
    }

    /** Moves units; false if the deadline passed before all of them were staged. */
    boolean move(List<Unit> units, UnitReader reader, Deadline deadline) throws IOException {
        List<Boolean> done = Fanout.map(units, PARALLEL_UNITS, unit -> moveUnit(unit, reader, deadline));
        return done.stream().allMatch(Boolean::booleanValue);
    }

    private boolean moveUnit(Unit unit, UnitReader reader, Deadline deadline) throws IOException {
        List<Block> blocks = layout.blocks(unit);
        if (staged.holds(blocks)) {
            saved(unit, unit.end() - unit.start());
            return true;
        }
        if (deadline.isPassed()) {
            return false;
        }
        if (blocks.size() == 1) {
            moveBlock(unit, blocks.getFirst(), reader, deadline);
            return true;
        }
        AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
        // Closing the executor waits for the blocks in flight; it closes before the result is looked at.
        try (ExecutorService staging = Executors.newVirtualThreadPerTaskExecutor()) {
            BlockBuffers.Lease first = buffers.take(blocks.getFirst().length());
            InputStream in;
            try {
                in = reader.open(unit);
            } catch (IOException e) {
                first.close();
                throw TransferException.at(Side.SOURCE, "reading from", e);
            } catch (RuntimeException e) {
                first.close();
                throw e;
            }
            try (in) {
                BlockBuffers.Lease lease = first;
                int again = 0;
                int fresh = 0;
                for (Block block : blocks) {
                    requireWanted(deadline, lease);
                    if (block.index() != unit.firstBlock()) {
                        // Whoever goes on with a unit reads its beginning again: to stop before as much is new would
                        // bring large units no further, however often they are begun.
                        if ((deadline.isPassed() && fresh >= again) || failure.get() != null) {
                            return rethrow(failure.get());
                        }
                        lease = buffers.take(block.length());
                    }
                    fill(in, lease, block, block.index() == unit.endBlock() - 1);
                    if (stage(unit, block, lease, staging, failure)) {
                        fresh++;
                    } else {
                        again++;
                    }
                }
            }
        }
        rethrow(failure.get());
        return true;
    }

    private void moveBlock(Unit unit, Block block, UnitReader reader, Deadline deadline) throws IOException {
        try (BlockBuffers.Lease lease = buffers.take(block.length())) {
            deadline.requireWanted();
            try {
                reader.read(unit, lease.array());
            } catch (IOException e) {
                throw TransferException.at(Side.SOURCE, "reading from", e);
            }
            deadline.requireWanted();
            send(block, staged.id(block, lease.array()), lease.array());
        }
    }

    private void send(Block block, String id, byte[] data) throws IOException {
        try {
            target.stageBlock(name, id, data, 0, block.length());
        } catch (IOException e) {
            throw TransferException.at(Side.TARGET, "writing to", e);
        }
        listener.sent(block.length());
        listener.arrived(block.length());
    }

    private static void requireWanted(Deadline deadline, BlockBuffers.Lease lease) throws IOException {
        try {
            deadline.requireWanted();
        } catch (IOException e) {
            lease.close();
            throw e;
        }
    }

    private static boolean rethrow(@Nullable IOException failure) throws IOException {
        if (failure != null) {
            throw failure;
        }
        return false;
    }

    private static void fill(InputStream in, BlockBuffers.Lease lease, Block block, boolean last) throws IOException {
        try {
            UnitReader.fill(in, lease.array(), 0, block.length());
            if (last) {
                UnitReader.requireEnd(in);
            }
        } catch (IOException e) {
            lease.close();
            throw TransferException.at(Side.SOURCE, "reading from", e);
        } catch (RuntimeException e) {
            lease.close();
            throw e;
        }
    }

    private void saved(Unit unit, long bytes) {
        if (!counted.contains(unit)) {
            listener.saved(bytes);
        }
    }

    /** Stages a block in the background; false if it is staged already. */
    private boolean stage(
            Unit unit,
            Block block,
            BlockBuffers.Lease lease,
            ExecutorService staging,
            AtomicReference<@Nullable IOException> failure) {
        String id = staged.id(block, lease.array());
        if (staged.holds(block, id) || staged.holdsCopied(block)) {
            lease.close();
            saved(unit, block.length());
            return false;
        }
        staging.execute(() -> {
            try (lease) {
                send(block, id, lease.array());
            } catch (IOException e) {
                failure.compareAndSet(null, e);
            } catch (RuntimeException | Error e) {
                failure.compareAndSet(null, new IOException(e));
            }
        });
        return true;
    }
}

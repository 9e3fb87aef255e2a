package io.transship.core.transfer.block;

import io.transship.core.content.Bandwidth;
import io.transship.core.content.RangeSource;
import io.transship.core.storage.BlobContainer;
import io.transship.core.storage.BlobName;
import io.transship.core.storage.WriteMode;
import io.transship.core.transfer.CommitPoint;
import io.transship.core.transfer.Deadline;
import io.transship.core.transfer.TransferException;
import io.transship.core.transfer.TransferException.Side;
import io.transship.core.transfer.TransferListener;
import io.transship.core.transfer.block.BlockLayout.Unit;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * One archive on its way to a target: staged block by block, then committed whole. What is staged is the only progress there
 * is. Thread-safe, and any number of workers may have one each.
 */
public final class StagedArchive {

    private final BlobContainer target;
    private final BlobName name;
    private final BlockLayout layout;
    private final String key;

    /**
     * What one run stages of an archive.
     *
     * @param content says which bytes it is made of: blocks of others do not count
     * @param run makes this transfer's blocks its own
     */
    public StagedArchive(BlobContainer target, BlobName name, BlockLayout layout, String content, String run) {
        this.target = target;
        this.name = name;
        this.layout = layout;
        this.key = StagedBlocks.key(content, run);
    }

    /**
     * Fails if the archive exists and may not be overwritten.
     *
     * @throws TransferException that says what to do instead
     */
    public static void refuseToOverwrite(BlobContainer target, BlobName name, WriteMode mode) throws TransferException {
        ArchiveSeal.refuseToOverwrite(target, name, mode);
    }

    /**
     * Stages the blocks of one slice that are not staged yet.
     *
     * @return false if the deadline passed before all of it was staged
     */
    public boolean move(
            int slice, UnitReader reader, BlockBuffers buffers, Deadline deadline, TransferListener listener)
            throws IOException {
        return new BlockMover(target, name, layout, staged(), buffers, listener).move(units(slice), reader, deadline);
    }

    /**
     * Stages the blocks of one slice that are not staged yet: fetched by the target's service where it can, else read and
     * sent from here.
     *
     * @param bytes the whole archive, as the source's container opened it
     * @param bandwidth of what is read here
     * @return false if the deadline passed before all of it was staged
     */
    public boolean copy(
            int slice,
            RangeSource bytes,
            Bandwidth bandwidth,
            BlockBuffers buffers,
            Deadline deadline,
            TransferListener listener)
            throws IOException {
        StagedBlocks staged = staged();
        List<Unit> left = new BlockCopier(target, name, layout, staged, listener).copy(units(slice), bytes, deadline);
        return new BlockMover(target, name, layout, staged, buffers, listener)
                .move(left, unit -> bandwidth.limit(bytes.open(unit.start(), unit.end() - unit.start())), deadline);
    }

    private List<Unit> units(int slice) {
        return layout.units(layout.slices().get(slice));
    }

    private StagedBlocks staged() throws TransferException {
        try {
            return StagedBlocks.read(target, name, key, layout);
        } catch (IOException e) {
            throw TransferException.at(Side.TARGET, "listing staged blocks at the", e);
        }
    }

    /**
     * Commits the archive if every block of it is staged.
     *
     * @param hints metadata of the blob beside its own; nobody may rely on it, because copy tools lose it
     */
    public SealResult seal(WriteMode mode, Map<String, String> hints, CommitPoint point) throws IOException {
        return ArchiveSeal.seal(target, name, key, layout, mode, hints, point);
    }
}

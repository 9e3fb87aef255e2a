package io.transship.core.transfer.block;

import io.transship.core.storage.BlobContainer;
import io.transship.core.storage.BlobName;
import io.transship.core.storage.WriteMode;
import io.transship.core.transfer.CommitPoint;
import io.transship.core.transfer.Deadline;
import io.transship.core.transfer.TransferException;
import io.transship.core.transfer.TransferException.Side;
import io.transship.core.transfer.TransferListener;
import java.io.IOException;

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
        StagedBlocks staged;
        try {
            staged = StagedBlocks.read(target, name, key, layout);
        } catch (IOException e) {
            throw TransferException.at(Side.TARGET, "listing staged blocks at the", e);
        }
        return new BlockMover(target, name, layout, staged, buffers, listener)
                .move(layout.slices().get(slice), reader, deadline);
    }

    /** Commits the archive if every block of it is staged. */
    public SealResult seal(WriteMode mode, CommitPoint point) throws IOException {
        return ArchiveSeal.seal(target, name, key, layout, mode, point);
    }
}

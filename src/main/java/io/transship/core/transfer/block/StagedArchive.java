package io.transship.core.transfer.block;

import io.transship.core.content.Bandwidth;
import io.transship.core.content.ContentLink;
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
import java.util.Optional;
import java.util.function.Function;

/**
 * One archive on its way to a target: staged block by block, then committed whole. What is staged is the only progress there
 * is. Thread-safe, and any number of workers may have one each.
 */
public final class StagedArchive {

    private final BlobContainer target;
    private final BlobName name;
    private final BlockLayout layout;
    private final StagedBlocks.Transfer transfer;

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
        this.transfer = new StagedBlocks.Transfer(content, run);
    }

    /**
     * Fails if the archive exists and may not be overwritten.
     *
     * @throws TransferException that says what to do instead
     */
    public static void refuseToOverwrite(BlobContainer target, BlobName name, WriteMode mode) throws TransferException {
        ArchiveSeal.refuseToOverwrite(target, name, mode);
    }

    /** Whether the blob of that name says that it is made of these bytes. */
    public static boolean isStored(BlobContainer target, BlobName name, String content) throws TransferException {
        try {
            return target.find(name)
                    .filter(blob -> ArchiveSeal.isMadeOf(blob, content))
                    .isPresent();
        } catch (IOException e) {
            throw TransferException.at(Side.TARGET, "looking for the archive at the", e);
        }
    }

    /**
     * Stages the blocks of one slice that are not staged yet. Units that lie behind a link are fetched by the target's service
     * where it can; all others, and what it cannot fetch, are read and sent from here.
     *
     * @param links where a unit, and nothing else, can be fetched; empty for one that is only to be had by reading
     * @return false if the deadline passed before all of it was staged
     */
    public boolean move(
            int slice,
            UnitReader reader,
            Function<Unit, Optional<ContentLink>> links,
            BlockBuffers buffers,
            Deadline deadline,
            TransferListener listener)
            throws IOException {
        StagedBlocks staged = staged();
        UnitCopies copies = unit -> links.apply(unit)
                .map(link -> (id, offset, length) -> target.stageBlockFrom(name, id, link, offset, length));
        BlockCopier.Result result = new BlockCopier(layout, staged, listener).copy(units(slice), copies, deadline);
        List<Unit> left = result.left();
        if (result.copied()) {
            // What was fetched may be shorter than it should be. That shows here, and not only at the seal.
            staged = staged();
            left = leftOf(slice, result, staged);
        }
        return new BlockMover(target, name, layout, staged, buffers, listener, result.begun())
                .move(left, reader, deadline);
    }

    private List<Unit> leftOf(int slice, BlockCopier.Result result, StagedBlocks staged) {
        return units(slice).stream()
                .filter(unit -> !result.begun().contains(unit) || !staged.holds(layout.blocks(unit)))
                .toList();
    }

    /**
     * Stages the blocks of one slice that are not staged yet: fetched by the target's service where it can, else read and
     * sent from here. For layouts in which every block is a unit.
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
        UnitCopies copies = unit -> Optional.of(
                (id, offset, length) -> target.stageBlockFrom(name, id, bytes, unit.start() + offset, length));
        BlockCopier.Result result = new BlockCopier(layout, staged, listener).copy(units(slice), copies, deadline);
        return new BlockMover(target, name, layout, staged, buffers, listener, result.begun())
                .move(
                        result.left(),
                        unit -> bandwidth.limit(bytes.open(unit.start(), unit.end() - unit.start())),
                        deadline);
    }

    private List<Unit> units(int slice) {
        return layout.units(layout.slices().get(slice));
    }

    private StagedBlocks staged() throws TransferException {
        try {
            return StagedBlocks.read(target, name, transfer, layout);
        } catch (IOException e) {
            throw TransferException.at(Side.TARGET, "listing staged blocks at the", e);
        }
    }

    /** Commits the archive if every block of it is staged. */
    public SealResult seal(WriteMode mode, SealHints hints, CommitPoint point) throws IOException {
        return ArchiveSeal.seal(target, name, transfer, layout, mode, hints, point);
    }
}

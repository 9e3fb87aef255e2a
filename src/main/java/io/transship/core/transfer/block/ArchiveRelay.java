package io.transship.core.transfer.block;

import io.transship.core.content.Bandwidth;
import io.transship.core.content.RangeSource;
import io.transship.core.storage.BlobContainer;
import io.transship.core.storage.BlobName;
import io.transship.core.storage.BlobProperties;
import io.transship.core.storage.WriteMode;
import io.transship.core.transfer.CommitPoint;
import io.transship.core.transfer.Deadline;
import io.transship.core.transfer.MoveResult;
import io.transship.core.transfer.Slice;
import io.transship.core.transfer.TransferException;
import io.transship.core.transfer.TransferException.Side;
import io.transship.core.transfer.TransferListener;
import io.transship.core.transfer.TransferSettings;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Relay: a finished archive from one container to another, block by block. The target's service fetches the blocks from the
 * source by itself where it can; else they are streamed through this process. The archive's own digests are what proves it:
 * the importer checks them. Thread-safe.
 */
public final class ArchiveRelay {

    private final BlobContainer source;
    private final BlobContainer target;
    private final BlobName name;
    private final WriteMode mode;
    private final Bandwidth bandwidth;

    /** As fast as it goes. */
    public ArchiveRelay(BlobContainer source, BlobContainer target, BlobName name, WriteMode mode) {
        this(source, target, name, mode, Bandwidth.UNLIMITED);
    }

    /**
     * Decides nothing yet.
     *
     * @param bandwidth of what is streamed; what the target's service fetches does not pass through here
     */
    public ArchiveRelay(
            BlobContainer source, BlobContainer target, BlobName name, WriteMode mode, Bandwidth bandwidth) {
        this.source = source;
        this.target = target;
        this.name = name;
        this.mode = mode;
        this.bandwidth = bandwidth;
    }

    /**
     * Finds the archive that is to be relayed; its ETag pins the transfer to this version.
     *
     * @throws TransferException if there is none, or if there is one at the target which may not be overwritten
     */
    public BlobProperties plan() throws IOException {
        StagedArchive.refuseToOverwrite(target, name, mode);
        Optional<BlobProperties> archive;
        try {
            archive = source.find(name);
        } catch (IOException e) {
            throw TransferException.at(Side.SOURCE, "looking for the archive at the", e);
        }
        return archive.orElseThrow(() -> new TransferException(
                Side.SOURCE,
                "blob '%s' does not exist in container '%s'; it may have been deleted or moved since it was exported"
                        .formatted(name, source.uri())));
    }

    /** How the archive is cut under these settings. */
    public static List<Slice> slices(BlobProperties archive, TransferSettings settings) {
        return BlockLayout.of(archive.length(), settings).slices();
    }

    /** Stages the blocks of one slice that are not staged yet. */
    public MoveResult move(
            BlobProperties archive,
            TransferSettings settings,
            String run,
            int slice,
            BlockBuffers buffers,
            Deadline deadline,
            TransferListener listener)
            throws IOException {
        RangeSource bytes = source.open(archive);
        boolean finished = staged(archive, settings, run).copy(slice, bytes, bandwidth, buffers, deadline, listener);
        return finished ? MoveResult.finished(0) : MoveResult.UNFINISHED;
    }

    /** Commits the archive at the target if every block of it is staged. */
    public SealResult seal(BlobProperties archive, TransferSettings settings, String run, CommitPoint point)
            throws IOException {
        return seal(archive, settings, run, Map.of(), point);
    }

    /**
     * The same with more metadata.
     *
     * @param hints as those of {@link SealHints}
     */
    public SealResult seal(
            BlobProperties archive, TransferSettings settings, String run, Map<String, String> hints, CommitPoint point)
            throws IOException {
        return staged(archive, settings, run).seal(mode, copied -> hints, point);
    }

    private StagedArchive staged(BlobProperties archive, TransferSettings settings, String run) {
        BlockLayout layout = BlockLayout.of(archive.length(), settings);
        return new StagedArchive(target, name, layout, "relay of " + archive.etag(), run);
    }
}

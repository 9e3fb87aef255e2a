package io.transship.core.transfer.artifact;

import static io.transship.core.transfer.TransferSamples.ALL;
import static io.transship.core.transfer.TransferSamples.SMALL;
import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.archive.ArchivePlan;
import io.transship.core.storage.BlobContainer;
import io.transship.core.storage.BlobName;
import io.transship.core.storage.BlobProperties;
import io.transship.core.storage.InMemoryBlobContainer;
import io.transship.core.storage.WriteMode;
import io.transship.core.transfer.CommitPoint;
import io.transship.core.transfer.Deadline;
import io.transship.core.transfer.MoveResult;
import io.transship.core.transfer.OnError;
import io.transship.core.transfer.Slice;
import io.transship.core.transfer.TransferListener;
import io.transship.core.transfer.TransferSamples;
import io.transship.core.transfer.TransferSettings;
import io.transship.core.transfer.block.BlockBuffers;
import io.transship.core.transfer.block.BlockLayout;
import io.transship.core.transfer.block.SealResult;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;

/** An export in memory, step by step. */
public abstract class ExportSteps {

    protected static final BlobName NAME = new BlobName("archive.tar");
    protected static final Deadline NEVER = Deadline.in(Duration.ofDays(1), Clock.systemUTC());

    protected final TransferSamples samples;
    protected final InMemoryBlobContainer container = new InMemoryBlobContainer();
    protected final BlockBuffers buffers = new BlockBuffers(256 * 1024);

    protected ExportSteps() throws IOException {
        samples = new TransferSamples();
    }

    protected ArtifactExport export(BlobContainer target) {
        return new ArtifactExport(samples.registry(), target, NAME, WriteMode.CREATE_NEW, OnError.STOP);
    }

    protected ArtifactExport export(BlobContainer target, OnError onError) {
        return new ArtifactExport(samples.registry(), target, NAME, WriteMode.CREATE_NEW, onError);
    }

    protected BlobProperties run(ArtifactExport export, String run) throws IOException {
        ArchivePlan plan = export.plan(TransferSamples.references(ALL), Map.of());
        for (Slice slice : ArtifactExport.slices(plan, SMALL)) {
            move(export, plan, run, slice.number(), NEVER);
        }
        return sealed(export.seal(plan, SMALL, run, CommitPoint.OPEN));
    }

    protected void moveAll(ArtifactExport export, ArchivePlan plan, int slices) throws IOException {
        for (int slice = 0; slice < slices; slice++) {
            move(export, plan, "run", slice, NEVER);
        }
    }

    protected MoveResult move(ArtifactExport export, ArchivePlan plan, String run, int slice, Deadline deadline)
            throws IOException {
        return export.move(plan, SMALL, run, slice, buffers, deadline, TransferListener.NONE);
    }

    protected static BlobProperties sealed(SealResult result) {
        assertThat(result).isInstanceOf(SealResult.Sealed.class);
        return ((SealResult.Sealed) result).archive();
    }

    protected static byte[] bytes(InMemoryBlobContainer container, BlobProperties blob) throws IOException {
        return container.open(blob).read(0, (int) blob.length());
    }

    /** How many blocks an archive has under these settings. */
    static int blocks(ArchivePlan plan, TransferSettings settings) {
        BlockLayout layout = BlockLayout.of(plan, settings);
        return layout.units(layout.slices().getLast()).getLast().endBlock();
    }
}

package io.transship.core.transfer;

import static io.transship.core.transfer.TransferSamples.ALL;
import static io.transship.core.transfer.TransferSamples.SMALL;
import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.archive.ArchivePlan;
import io.transship.core.storage.BlobContainer;
import io.transship.core.storage.BlobName;
import io.transship.core.storage.BlobProperties;
import io.transship.core.storage.InMemoryBlobContainer;
import io.transship.core.storage.WriteMode;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;

/** An export in memory, step by step. */
abstract class ExportSteps {

    static final BlobName NAME = new BlobName("archive.tar");
    static final Deadline NEVER = Deadline.in(Duration.ofDays(1), Clock.systemUTC());

    final TransferSamples samples;
    final InMemoryBlobContainer container = new InMemoryBlobContainer();
    final BlockBuffers buffers = new BlockBuffers(256 * 1024);

    ExportSteps() throws IOException {
        samples = new TransferSamples();
    }

    ArtifactExport export(BlobContainer target) {
        return new ArtifactExport(samples.registry(), target, NAME, WriteMode.CREATE_NEW, OnError.STOP);
    }

    ArtifactExport export(BlobContainer target, OnError onError) {
        return new ArtifactExport(samples.registry(), target, NAME, WriteMode.CREATE_NEW, onError);
    }

    BlobProperties run(ArtifactExport export, String run) throws IOException {
        ArchivePlan plan = export.plan(TransferSamples.references(ALL), Map.of());
        for (Slice slice : ArtifactExport.slices(plan, SMALL)) {
            move(export, plan, run, slice.number(), NEVER);
        }
        return sealed(export.seal(plan, SMALL, run, CommitPoint.OPEN));
    }

    void moveAll(ArtifactExport export, ArchivePlan plan, int slices) throws IOException {
        for (int slice = 0; slice < slices; slice++) {
            move(export, plan, "run", slice, NEVER);
        }
    }

    MoveResult move(ArtifactExport export, ArchivePlan plan, String run, int slice, Deadline deadline)
            throws IOException {
        return export.move(plan, SMALL, run, slice, buffers, deadline, TransferListener.NONE);
    }

    static BlobProperties sealed(SealResult result) {
        assertThat(result).isInstanceOf(SealResult.Sealed.class);
        return ((SealResult.Sealed) result).archive();
    }

    static byte[] bytes(InMemoryBlobContainer container, BlobProperties blob) throws IOException {
        return container.open(blob).read(0, (int) blob.length());
    }
}

package io.transship.core.pipeline.execution;

import io.transship.core.pipeline.run.LegPlan;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.PipelineRuns;
import io.transship.core.pipeline.run.RunJson;
import io.transship.core.pipeline.run.SliceProgress;
import io.transship.core.storage.BlobProperties;
import io.transship.core.transfer.CommitPoint;
import io.transship.core.transfer.Deadline;
import io.transship.core.transfer.MoveResult;
import io.transship.core.transfer.TransferListener;
import io.transship.core.transfer.TransferSettings;
import io.transship.core.transfer.artifact.UnhashedContents;
import io.transship.core.transfer.block.ArchiveRelay;
import io.transship.core.transfer.block.BlockBuffers;
import io.transship.core.transfer.block.SealResult;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** A relay's steps. Its plan document pins the archive's version. */
final class RelayWork implements LegWork {

    private static final String DOCUMENT = "relay-plan";

    private final PipelineRun run;
    private final PipelineRuns runs;
    private final ArchiveRelay relay;
    private final TransferSettings settings;

    RelayWork(PipelineRun run, PipelineRuns runs, ArchiveRelay relay, TransferSettings settings) {
        this.run = run;
        this.runs = runs;
        this.relay = relay;
        this.settings = settings;
    }

    @Override
    public Planned plan() throws IOException {
        BlobProperties archive = RunDocuments.kept(runs, run, DOCUMENT, RunJson.write(relay.plan()), RelayWork::pinned);
        LegPlan decided =
                new LegPlan(settings, ArchiveRelay.slices(archive, settings).size(), archive.length(), 0, 0);
        return new Planned(decided, null);
    }

    @Override
    public MoveResult move(
            LegPlan decided, int slice, BlockBuffers buffers, Deadline deadline, TransferListener listener)
            throws IOException {
        return relay.move(archive(), decided.settings(), run.stagingKey(), slice, buffers, deadline, listener);
    }

    @Override
    public Sealed seal(LegPlan decided, List<SliceProgress> slices, CommitPoint point) throws IOException {
        BlobProperties archive = archive();
        Map<String, String> hints = UnhashedContents.said(archive.metadata()).hints(LegWork.hints(run));
        return switch (relay.seal(archive, decided.settings(), run.stagingKey(), hints, point)) {
            case SealResult.Incomplete incomplete -> new Sealed.Incomplete(incomplete.slices());
            case SealResult.Sealed done -> new Sealed.Done(List.of());
        };
    }

    private BlobProperties archive() throws IOException {
        return RunDocuments.required(runs, run, DOCUMENT, RelayWork::pinned);
    }

    private static BlobProperties pinned(byte[] document) throws IOException {
        return RunJson.read(document, BlobProperties.class);
    }
}

package io.transship.core.pipeline.execution;

import io.transship.core.archive.ArchivePlan;
import io.transship.core.oci.Digest;
import io.transship.core.oci.Reference;
import io.transship.core.pipeline.run.LegPlan;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.PipelineRuns;
import io.transship.core.pipeline.run.SliceProgress;
import io.transship.core.transfer.CommitPoint;
import io.transship.core.transfer.Deadline;
import io.transship.core.transfer.MoveResult;
import io.transship.core.transfer.TransferListener;
import io.transship.core.transfer.TransferSettings;
import io.transship.core.transfer.artifact.ArtifactExport;
import io.transship.core.transfer.artifact.ExportedArtifacts;
import io.transship.core.transfer.artifact.UnhashedContents;
import io.transship.core.transfer.block.BlockBuffers;
import io.transship.core.transfer.block.SealResult;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** An export's steps. Its plan document is the head of the archive, from which everything else follows. */
final class ExportWork implements LegWork {

    private final PipelineRun run;
    private final PipelineRuns runs;
    private final ArtifactExport export;
    private final TransferSettings settings;

    ExportWork(PipelineRun run, PipelineRuns runs, ArtifactExport export, TransferSettings settings) {
        this.run = run;
        this.runs = runs;
        this.export = export;
        this.settings = settings;
    }

    @Override
    public Planned plan() throws IOException {
        Collection<String> wanted = run.only().isEmpty() ? run.request().artifacts() : run.only();
        List<Reference> references = wanted.stream().map(Reference::parse).toList();
        ArchivePlan made = export.plan(references, run.excluded());
        ArchivePlan plan = RunDocuments.kept(runs, run, document(), made.head(), ArchivePlan::parse);
        LegPlan decided = new LegPlan(
                settings,
                ArtifactExport.slices(plan, settings).size(),
                plan.length(),
                plan.contents().contents().size(),
                plan.contents().artifacts().stream()
                        .mapToInt(artifact -> artifact.references().size())
                        .sum());
        return new Planned(
                decided.withPresent(export.isStored(plan)), plan.fingerprint().toString());
    }

    @Override
    public MoveResult move(
            LegPlan decided, int slice, BlockBuffers buffers, Deadline deadline, TransferListener listener)
            throws IOException {
        return export.move(archivePlan(), decided.settings(), run.stagingKey(), slice, buffers, deadline, listener);
    }

    @Override
    public Sealed seal(LegPlan decided, List<SliceProgress> slices, CommitPoint point) throws IOException {
        ArchivePlan plan = archivePlan();
        return switch (export.seal(plan, decided.settings(), run.stagingKey(), LegWork.hints(run), point)) {
            case SealResult.Incomplete incomplete -> new Sealed.Incomplete(incomplete.slices());
            case SealResult.Sealed done ->
                new Sealed.Done(ExportedArtifacts.of(plan)
                        .outcomes(
                                UnhashedContents.said(done.archive().metadata()).digests(plan.contents())));
        };
    }

    @Override
    public List<String> artifactsThatNeed(Set<Digest> broken) throws IOException {
        return ExportedArtifacts.of(archivePlan()).thatNeed(broken);
    }

    private ArchivePlan archivePlan() throws IOException {
        return RunDocuments.required(runs, run, document(), ArchivePlan::parse);
    }

    private String document() {
        return "export-plan-" + run.generation();
    }
}

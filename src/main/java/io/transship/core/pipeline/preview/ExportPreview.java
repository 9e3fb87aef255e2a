package io.transship.core.pipeline.preview;

import io.transship.core.archive.ArchivePlan;
import io.transship.core.archive.ArchivedContent;
import io.transship.core.oci.Reference;
import io.transship.core.pipeline.Pipeline.ExportPipeline;
import io.transship.core.pipeline.PipelineOption;
import io.transship.core.pipeline.execution.RunConnections;
import io.transship.core.sas.SasRequirements;
import io.transship.core.storage.BlobContainer;
import io.transship.core.storage.BlobName;
import io.transship.core.storage.WriteMode;
import io.transship.core.transfer.OnError;
import io.transship.core.transfer.TransferException;
import io.transship.core.transfer.TransferSettings;
import io.transship.core.transfer.artifact.ArtifactExport;
import io.transship.core.transfer.artifact.ArtifactOutcome;
import io.transship.core.transfer.artifact.ExportedArtifacts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds out what an export would do. Thread-safe. */
public final class ExportPreview {

    private final RunConnections connections;
    private final TransferSettings settings;

    public ExportPreview(RunConnections connections, TransferSettings settings) {
        this.connections = connections;
        this.settings = settings;
    }

    /**
     * Plans as a run would, and keeps nothing.
     *
     * @param archive that it would write; empty if that is not known yet
     * @throws IOException if registry or container cannot be reached or opened
     */
    public RunPreview of(ExportPipeline pipeline, List<String> artifacts, Optional<BlobName> archive)
            throws IOException {
        BlobContainer container = connections.container(pipeline, pipeline.container(), SasRequirements.EXPORT);
        List<String> problems = new ArrayList<>();
        if (archive.isPresent()
                && !pipeline.has(PipelineOption.OVERWRITE_BLOBS)
                && container.find(archive.get()).isPresent()) {
            problems.add(
                    "blob '%s' exists in container '%s'; name another blob, or add the option OverwriteBlobs to the pipeline"
                            .formatted(archive.get(), container.uri()));
        }
        // Whatever the pipeline's options say: a preview names everything that is wrong, and refuses nothing.
        ArtifactExport export = new ArtifactExport(
                connections.registry(pipeline),
                container,
                archive.orElse(new BlobName("preview")),
                WriteMode.OVERWRITE,
                OnError.CONTINUE);
        ArchivePlan plan;
        try {
            plan = export.plan(artifacts.stream().map(Reference::parse).toList(), Map.of());
        } catch (TransferException e) {
            if (TransferException.isTransient(e)) {
                throw e;
            }
            problems.add(String.valueOf(e.getMessage()));
            return RunPreview.impossible(String.join("; ", problems));
        }
        return preview(pipeline, plan, problems);
    }

    private RunPreview preview(ExportPipeline pipeline, ArchivePlan plan, List<String> problems) throws IOException {
        List<ArtifactPreview> previews = new ArrayList<>();
        for (ArtifactOutcome outcome : ExportedArtifacts.of(plan).outcomes(Set.of())) {
            boolean fails = outcome.status() == ArtifactOutcome.Status.FAILED;
            previews.add(new ArtifactPreview(
                    outcome.artifact(),
                    fails ? ArtifactPreview.Effect.FAIL : ArtifactPreview.Effect.EXPORT,
                    outcome.digest(),
                    null,
                    outcome.bytesSent(),
                    outcome.bytesSaved(),
                    outcome.code(),
                    outcome.message()));
        }
        long failures = plan.contents().missing().size();
        if (failures > 0 && !pipeline.has(PipelineOption.CONTINUE_ON_ERRORS)) {
            problems.add(
                    "%d of %d artifacts cannot be exported; correct or leave out those that fail, or add the option ContinueOnErrors to the pipeline"
                            .formatted(failures, previews.size()));
        }
        int legs = pipeline.relay().isPresent() ? 2 : 1;
        int slices = ArtifactExport.slices(plan, settings).size();
        long blocks = Math.ceilDiv(plan.length(), settings.blockBytes());
        int contents = plan.contents().contents().size();
        long manifests = plan.contents().contents().stream()
                .filter(ArchivedContent::manifest)
                .count();
        return new RunPreview(
                previews,
                plan.length(),
                contents,
                legs * plan.length(),
                previews.stream().mapToLong(ArtifactPreview::bytesSaved).sum(),
                slices,
                // Each content once; manifests are asked for while planning, each by digest or name.
                contents + manifests,
                // Each block is written, and for a relay read; each slice looks at what is staged; the seal looks and
                // commits.
                legs * (blocks + slices + 3) + (legs == 2 ? blocks : 0),
                problems);
    }
}

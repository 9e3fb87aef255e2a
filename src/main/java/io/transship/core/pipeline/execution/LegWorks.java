package io.transship.core.pipeline.execution;

import io.transship.core.pipeline.Pipeline;
import io.transship.core.pipeline.Pipeline.ContainerUse;
import io.transship.core.pipeline.Pipeline.ExportPipeline;
import io.transship.core.pipeline.PipelineContainer;
import io.transship.core.pipeline.PipelineOption;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.PipelineRuns;
import io.transship.core.sas.SasRequirements;
import io.transship.core.storage.BlobContainer;
import io.transship.core.storage.WriteMode;
import io.transship.core.transfer.OnError;
import io.transship.core.transfer.TransferSettings;
import io.transship.core.transfer.artifact.ArtifactExport;
import io.transship.core.transfer.block.ArchiveRelay;
import java.io.IOException;
import java.time.Duration;

/** Makes the work of a run's leg, with everything opened that it needs. */
final class LegWorks {

    private final PipelineRuns runs;
    private final RunConnections connections;
    private final TransferSettings settings;

    LegWorks(PipelineRuns runs, RunConnections connections, TransferSettings settings) {
        this.runs = runs;
        this.connections = connections;
        this.settings = settings;
    }

    LegWork of(PipelineRun run, Pipeline pipeline) throws IOException {
        return of(run, pipeline, Duration.ZERO);
    }

    /** The work of a leg that will go on for as long as {@code left}, as far as is known. */
    LegWork of(PipelineRun run, Pipeline pipeline, Duration left) throws IOException {
        return switch (run.leg()) {
            case EXPORT -> exportWork(run, pipeline, left);
            case RELAY -> relayWork(run, pipeline, left);
            case IMPORT -> importWork(run, pipeline, left);
        };
    }

    void deleteSourceIfAsked(PipelineRun run, Pipeline pipeline) throws IOException {
        if (pipeline.has(PipelineOption.DELETE_SOURCE_BLOB_ON_SUCCESS)) {
            importWork(run, pipeline, Duration.ZERO).deleteArchive();
        }
    }

    private LegWork exportWork(PipelineRun run, Pipeline pipeline, Duration left) throws IOException {
        BlobContainer container = connections.container(pipeline, pipeline.container(), SasRequirements.EXPORT, left);
        ArtifactExport export = new ArtifactExport(
                connections.registry(pipeline), container, run.archive(), writeMode(pipeline), onError(pipeline));
        return new ExportWork(run, runs, export, settings);
    }

    private LegWork relayWork(PipelineRun run, Pipeline pipeline, Duration left) throws IOException {
        if (!(pipeline instanceof ExportPipeline export) || export.relay().isEmpty()) {
            throw new IllegalArgumentException(
                    "pipeline '%s' has no relay any more; declare it again and start another run"
                            .formatted(pipeline.id()));
        }
        PipelineContainer relayTarget = export.relay().get();
        BlobContainer source =
                connections.container(pipeline, pipeline.container(), SasRequirements.RELAY_SOURCE, left);
        BlobContainer target = connections.container(pipeline, relayTarget, SasRequirements.RELAY_TARGET, left);
        ArchiveRelay relay =
                new ArchiveRelay(source, target, run.archive(), writeMode(pipeline), connections.bandwidth());
        return new RelayWork(run, runs, relay, settings);
    }

    private ImportWork importWork(PipelineRun run, Pipeline pipeline, Duration left) throws IOException {
        ContainerUse use = pipeline.uses().getFirst();
        BlobContainer container = connections.container(pipeline, use.container(), use.requirements(), left);
        return new ImportWork(run, runs, pipeline, container, connections.registry(pipeline), settings);
    }

    private static WriteMode writeMode(Pipeline pipeline) {
        return pipeline.has(PipelineOption.OVERWRITE_BLOBS) ? WriteMode.OVERWRITE : WriteMode.CREATE_NEW;
    }

    private static OnError onError(Pipeline pipeline) {
        return pipeline.has(PipelineOption.CONTINUE_ON_ERRORS) ? OnError.CONTINUE : OnError.STOP;
    }
}

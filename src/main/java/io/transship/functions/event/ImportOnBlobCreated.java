package io.transship.functions.event;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.annotation.EventGridTrigger;
import com.microsoft.azure.functions.annotation.FunctionName;
import io.transship.core.pipeline.Pipeline.ImportPipeline;
import io.transship.core.pipeline.Pipeline.Trigger;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.telemetry.LogEvent;
import io.transship.core.storage.BlobName;
import io.transship.functions.invocation.Invocation;
import io.transship.functions.settings.AppSettings;
import io.transship.functions.wiring.Wiring;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Logger;

/**
 * Starts an import for each archive that arrives in the container of an import pipeline. An event that is delivered again
 * finds the run that the first one started. Whatever is ignored is logged with the reason.
 */
public final class ImportOnBlobCreated {

    /** Operations after which a blob is whole; others, such as an empty CreateFile, come before its bytes. */
    private static final Set<String> COMMITTING =
            Set.of("PutBlob", "PutBlockList", "CopyBlob", "FlushWithClose", "SftpCommit");

    private final Wiring wiring;

    public ImportOnBlobCreated(Wiring wiring) {
        this.wiring = wiring;
    }

    @FunctionName("ImportOnBlobCreated")
    public void run(@EventGridTrigger(name = "event") String event, ExecutionContext context) throws IOException {
        try (Invocation invocation = Invocation.begin(context)) {
            run(event, invocation.log());
        }
    }

    private void run(String event, Logger log) throws IOException {
        BlobCreated created;
        try {
            created = BlobCreated.parse(event);
        } catch (IllegalArgumentException e) {
            // A failure would only bring the same event again.
            log.severe("ignored an event: " + e.getMessage());
            return;
        }
        String reason = reasonToIgnore(created);
        if (!reason.isEmpty()) {
            log.info("ignored %s of '%s': %s".formatted(created.type(), created.blob(), reason));
            return;
        }
        List<ImportPipeline> pipelines = wiring.pipelines().importsOf(created.blob());
        if (pipelines.isEmpty()) {
            log.warning(
                    "ignored '%s': no import pipeline reads from its container; declare one in the app setting %s, or narrow the event subscription%s"
                            .formatted(
                                    created.blob(),
                                    AppSettings.PIPELINES,
                                    wiring.settings().describeProblems()));
            return;
        }
        for (ImportPipeline pipeline : pipelines) {
            start(pipeline, created, log);
        }
    }

    private void start(ImportPipeline pipeline, BlobCreated created, Logger log) throws IOException {
        if (pipeline.trigger() == Trigger.DISABLED) {
            log.info("ignored '%s': the source trigger of pipeline '%s' is disabled"
                    .formatted(created.blob(), pipeline.id().name()));
            return;
        }
        BlobName archive = pipeline.container().uri().nameOf(created.blob()).orElseThrow();
        Optional<PipelineRun> run = wiring.starter().startImport(pipeline, archive, created.etag(), created.time());
        log.info(LogEvent.of("ArchiveArrived")
                .with("run", run.map(started -> started.id().name()).orElse(null))
                .with("pipeline", pipeline.id().name())
                .with("archive", archive)
                .saying(run.map(started -> "%s is %s"
                                .formatted(started.label(), started.status().label()))
                        .orElse("nothing is done, since its run was deleted")));
    }

    private static String reasonToIgnore(BlobCreated created) {
        if (!created.type().equals(BlobCreated.TYPE)) {
            return "the event is no " + BlobCreated.TYPE;
        }
        if (!COMMITTING.contains(created.api())) {
            return "operation %s does not complete a blob".formatted(created.api());
        }
        if (!created.blobType().equals("BlockBlob")) {
            return "a %s is no archive".formatted(created.blobType());
        }
        return "";
    }
}

package io.transship.core.pipeline.upkeep;

import io.transship.core.pipeline.Pipeline;
import io.transship.core.pipeline.Pipeline.ImportPipeline;
import io.transship.core.pipeline.Pipeline.Trigger;
import io.transship.core.pipeline.Pipelines;
import io.transship.core.pipeline.execution.RunConnections;
import io.transship.core.pipeline.request.RunStarter;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.PipelineRuns;
import io.transship.core.pipeline.telemetry.LogEvent;
import io.transship.core.pipeline.telemetry.RunTelemetry;
import io.transship.core.pipeline.telemetry.RunTelemetry.Finding;
import io.transship.core.sas.SasRequirements;
import io.transship.core.storage.BlobProperties;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Finds archives that lie in the containers of import pipelines and whose event was lost, and starts their runs. An archive
 * that was imported once is left alone, also when its run was deleted since. Thread-safe.
 */
public final class MissedArchives {

    /** What each line begins with that tells of an archive without an event, so that an alert can look for it. Never changes. */
    static final String FIRST_WORD = "ArchiveMissed";

    private final Pipelines pipelines;
    private final PipelineRuns runs;
    private final RunStarter starter;
    private final RunConnections connections;
    private final Duration window;
    private final Duration grace;
    private final Clock clock;
    private final RunTelemetry telemetry;

    /**
     * Puts the sweep together.
     *
     * @param window how long ago an archive may have arrived; zero to look for none
     * @param grace how long an event may take
     */
    public MissedArchives(
            Pipelines pipelines,
            PipelineRuns runs,
            RunStarter starter,
            RunConnections connections,
            Duration window,
            Duration grace,
            Clock clock,
            RunTelemetry telemetry) {
        this.pipelines = pipelines;
        this.runs = runs;
        this.starter = starter;
        this.connections = connections;
        this.window = window;
        this.grace = grace;
        this.clock = clock;
        this.telemetry = telemetry;
    }

    /**
     * Looks once through all containers; one that cannot be read does not hide the others.
     *
     * @return what was started and what could not be read, for the log
     */
    public List<String> sweep() throws IOException {
        List<String> done = new ArrayList<>();
        if (window.isZero()) {
            return done;
        }
        for (Pipeline pipeline : pipelines.all()) {
            if (pipeline instanceof ImportPipeline importer && importer.trigger() == Trigger.ENABLED) {
                try {
                    done.addAll(sweep(importer));
                } catch (IOException | RuntimeException e) {
                    String failure = "container '%s' of pipeline '%s' could not be swept: %s"
                            .formatted(importer.container().uri(), importer.id().name(), e.getMessage());
                    telemetry.found(Finding.UNREADABLE);
                    done.add(failure);
                }
            }
        }
        return done;
    }

    private List<String> sweep(ImportPipeline pipeline) throws IOException {
        Instant now = clock.instant();
        List<String> started = new ArrayList<>();
        List<BlobProperties> missed =
                connections.container(pipeline, pipeline.container(), SasRequirements.IMPORT).list("").stream()
                        .filter(blob -> blob.length() > 0)
                        .filter(blob -> blob.lastModified().isAfter(now.minus(window)))
                        .filter(blob -> blob.lastModified().isBefore(now.minus(grace)))
                        // What came first goes first: a later archive may move the same tags on.
                        .sorted(Comparator.comparing(BlobProperties::lastModified))
                        .toList();
        for (BlobProperties blob : missed) {
            if (runs.find(RunStarter.importRun(pipeline, blob.name(), blob.etag()))
                    .isEmpty()) {
                Optional<PipelineRun> run =
                        starter.startImport(pipeline, blob.name(), blob.etag(), blob.lastModified());
                run.ifPresent(found -> started.add(missed(found, blob)));
            }
        }
        return started;
    }

    private String missed(PipelineRun run, BlobProperties blob) {
        telemetry.found(Finding.MISSED_ARCHIVE);
        return LogEvent.of(FIRST_WORD)
                .with("run", run.id().name())
                .with("pipeline", run.pipeline().name())
                .with("archive", blob.name())
                .saying("no event came for it since %s; started %s".formatted(blob.lastModified(), run.label()));
    }
}

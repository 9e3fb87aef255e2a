package io.transship.core.pipeline.run;

import io.transship.core.oci.Digest;
import io.transship.core.oci.Reference;
import io.transship.core.pipeline.Pipeline;
import io.transship.core.pipeline.Pipeline.ExportPipeline;
import io.transship.core.pipeline.Pipeline.ImportPipeline;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.storage.BlobName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Starts runs: keeps them first, then enqueues their first step, so that nothing is lost in between. Thread-safe. */
public final class RunStarter {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final PipelineRuns runs;
    private final StepQueue queue;
    private final Clock clock;

    public RunStarter(PipelineRuns runs, StepQueue queue, Clock clock) {
        this.runs = runs;
        this.queue = queue;
        this.clock = clock;
    }

    /**
     * Starts an export.
     *
     * @param name of the run; one that starts with the pipeline's if absent
     * @param blob name of the archive; the run's with {@code .tar} if absent
     * @return the run, the same one if this very request was made before; empty, and nothing is started, if a run of this
     *     name was asked for otherwise
     * @throws InvalidRunException if anything is missing or wrongly written
     */
    public Optional<PipelineRun> startExport(
            ExportPipeline pipeline, List<String> artifacts, @Nullable String blob, @Nullable String name)
            throws IOException {
        List<String> problems = problemsOf(artifacts, blob, name);
        if (!problems.isEmpty()) {
            throw new InvalidRunException(problems);
        }
        Instant now = clock.instant();
        String runName = name != null ? name : stem(pipeline) + "-" + TIME.format(now);
        String archive = blob != null ? blob : runName + ".tar";
        ResourceId id = pipeline.id().sibling(ResourceId.Type.PIPELINE_RUN, runName);
        PipelineRun run =
                PipelineRun.queued(id, pipeline.id(), artifacts, new BlobName(archive), Leg.EXPORT, now, null);
        return start(run);
    }

    /** The run that the same request started. */
    private Optional<PipelineRun> startedBefore(PipelineRun run) throws IOException {
        Optional<PipelineRun> present = runs.find(run.id())
                .map(PipelineRuns.Versioned::run)
                .filter(there -> there.pipeline().equals(run.pipeline())
                        && there.artifacts().equals(run.artifacts())
                        && there.blob().equals(run.blob()));
        if (present.isPresent() && present.get().status() == RunStatus.QUEUED) {
            // Whoever kept it may have died before its first step was enqueued; a second one does no harm.
            queue.enqueue(Step.plan(present.get()));
        }
        return present;
    }

    /** All that is missing or wrongly written in the request for an export, each starting with the property it is about. */
    public static List<String> problemsOf(List<String> artifacts, @Nullable String blob, @Nullable String name) {
        List<String> problems = new ArrayList<>();
        if (artifacts.isEmpty()) {
            problems.add("artifacts: is empty; name at least one, such as 'samples/hello:v1'");
        }
        artifacts.forEach(artifact -> check("artifacts", artifact, Reference::parse, problems));
        if (blob != null) {
            check("blobName", blob, BlobName::new, problems);
        }
        if (name != null) {
            check("name", name, ResourceId::requireName, problems);
        }
        return problems;
    }

    private static void check(String property, String value, Consumer<String> parser, List<String> problems) {
        try {
            parser.accept(value);
        } catch (IllegalArgumentException e) {
            problems.add(property + ": " + e.getMessage());
        }
    }

    /**
     * Starts the import of an archive that arrived, unless this very version of it was imported or is being imported.
     *
     * @param etag of the archive's version, as the event names it
     * @param arrivedAt when it arrived, as the event says
     * @return the run; the same one however often this is called
     */
    public PipelineRun startImport(ImportPipeline pipeline, BlobName archive, String etag, Instant arrivedAt)
            throws IOException {
        // Events write an ETag without quotes, listings with; both mean the same version.
        String version = "%s\n%s\n%s"
                .formatted(
                        pipeline.id().toString().toLowerCase(Locale.ROOT),
                        pipeline.container().uri().blob(archive),
                        etag.replace("\"", ""));
        String hash = Digest.sha256Of(version.getBytes(StandardCharsets.UTF_8)).shortHex();
        // The underscore marks a run that no person named, as ACR Transfer does.
        String name = stem(pipeline) + "_" + hash;
        ResourceId id = pipeline.id().sibling(ResourceId.Type.PIPELINE_RUN, name);
        PipelineRun run =
                PipelineRun.queued(id, pipeline.id(), List.of(), archive, Leg.IMPORT, clock.instant(), arrivedAt);
        return start(run)
                .orElseThrow(() -> new IOException("run '%s' was deleted while it was started".formatted(name)));
    }

    /** What names of runs begin with; short enough to leave room for what makes them unique. */
    private static String stem(Pipeline pipeline) {
        String name = pipeline.id().name();
        return name.substring(0, Math.min(name.length(), 56));
    }

    private Optional<PipelineRun> start(PipelineRun run) throws IOException {
        if (!runs.create(run)) {
            return startedBefore(run);
        }
        queue.enqueue(Step.plan(run));
        return Optional.of(run);
    }
}

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
import java.util.function.Supplier;
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
     * @throws IllegalArgumentException if artifacts are missing or wrongly written, or another run has this name; the message
     *     names all that is wrong
     */
    public PipelineRun startExport(
            ExportPipeline pipeline, List<String> artifacts, @Nullable String blob, @Nullable String name)
            throws IOException {
        if (artifacts.isEmpty()) {
            throw new IllegalArgumentException(
                    "artifacts is empty: name at least one artifact, such as 'samples/hello:v1'");
        }
        Instant now = clock.instant();
        String runName = name != null ? name : stem(pipeline) + "-" + TIME.format(now);
        List<String> problems = new ArrayList<>();
        artifacts.forEach(artifact -> parsed(() -> Reference.parse(artifact), problems));
        Optional<ResourceId> named =
                parsed(() -> pipeline.id().sibling(ResourceId.Type.PIPELINE_RUN, runName), problems);
        Optional<BlobName> archive = parsed(() -> new BlobName(blob != null ? blob : runName + ".tar"), problems);
        if (!problems.isEmpty() || named.isEmpty() || archive.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
        PipelineRun run =
                PipelineRun.queued(named.get(), pipeline.id(), artifacts, archive.get(), Leg.EXPORT, now, null);
        return start(run)
                .orElseThrow(() -> new IllegalArgumentException(
                        "run '%s' exists; name the new run differently, or look at the one that exists"
                                .formatted(runName)));
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
        Optional<PipelineRun> started = start(run);
        if (started.isPresent()) {
            return started.get();
        }
        PipelineRun present = runs.find(id)
                .orElseThrow(() -> new IOException("run '%s' was deleted while it was started".formatted(name)))
                .run();
        if (present.status() == RunStatus.QUEUED) {
            // Whoever kept it may have died before its first step was enqueued; a second one does no harm.
            queue.enqueue(Step.plan(present));
        }
        return present;
    }

    /** As much of a pipeline's name as leaves room for what makes a run's name its own. */
    private static String stem(Pipeline pipeline) {
        String name = pipeline.id().name();
        return name.substring(0, Math.min(name.length(), 60));
    }

    private static <T> Optional<T> parsed(Supplier<T> parser, List<String> problems) {
        try {
            return Optional.of(parser.get());
        } catch (IllegalArgumentException e) {
            problems.add(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private Optional<PipelineRun> start(PipelineRun run) throws IOException {
        if (!runs.create(run)) {
            return Optional.empty();
        }
        queue.enqueue(Step.plan(run));
        return Optional.of(run);
    }

    /** The pipeline of this kind and name or id. */
    public static <P extends Pipeline> Optional<P> find(List<Pipeline> pipelines, Class<P> kind, String nameOrId) {
        return pipelines.stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .filter(pipeline -> pipeline.id().name().equalsIgnoreCase(nameOrId)
                        || pipeline.id().toString().equalsIgnoreCase(nameOrId))
                .findFirst();
    }
}

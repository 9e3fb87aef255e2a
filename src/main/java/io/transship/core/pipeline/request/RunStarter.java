package io.transship.core.pipeline.request;

import io.transship.core.oci.Digest;
import io.transship.core.oci.Reference;
import io.transship.core.pipeline.InvalidResourceException;
import io.transship.core.pipeline.Pipeline;
import io.transship.core.pipeline.Pipeline.ExportPipeline;
import io.transship.core.pipeline.Pipeline.ImportPipeline;
import io.transship.core.pipeline.Problem;
import io.transship.core.pipeline.ResourceConflictException;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.VersionCondition;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.PipelineRuns;
import io.transship.core.pipeline.run.PipelineRuns.Versioned;
import io.transship.core.pipeline.run.RunRequest;
import io.transship.core.pipeline.run.RunStatus;
import io.transship.core.pipeline.run.Step;
import io.transship.core.pipeline.run.StepQueue;
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

    /** What a PUT of a run did. */
    public enum Effect {
        CREATED,
        /** The run was over and runs again. */
        RESTARTED,
        /** It was this very request before. */
        UNCHANGED
    }

    /** A run after a PUT, in the version it has now. */
    public record Put(Versioned run, Effect effect) {}

    /**
     * Creates a run of this name, or runs it again if the request is another one than the last: ARM's PUT.
     *
     * @throws ResourceConflictException if the condition does not hold, or if the run is asked for otherwise while it goes on
     */
    public Put put(ResourceId id, RunRequest request, VersionCondition condition) throws IOException {
        Optional<Versioned> found = runs.find(id);
        condition.require(id, found.map(Versioned::version));
        if (found.isEmpty()) {
            PipelineRun run = PipelineRun.queued(id, request, clock.instant(), null);
            if (runs.create(run)) {
                queue.enqueue(Step.plan(run));
                return new Put(current(id), Effect.CREATED);
            }
            found = Optional.of(current(id));
        }
        PipelineRun present = found.get().run();
        if (present.request().equals(request)) {
            enqueueAgain(present);
            return new Put(found.get(), Effect.UNCHANGED);
        }
        if (!present.status().isFinal()) {
            throw inProgress(present);
        }
        PipelineRun again = present.again(request, clock.instant());
        if (!runs.replace(again, found.get().version())) {
            throw inProgress(current(id).run());
        }
        queue.enqueue(Step.plan(again));
        return new Put(current(id), Effect.RESTARTED);
    }

    private Versioned current(ResourceId id) throws IOException {
        return runs.find(id)
                .orElseThrow(() -> new ResourceConflictException(
                        ResourceConflictException.Kind.WRONG_STATE,
                        "run '%s' was deleted while it was started; ask for it again".formatted(id.name())));
    }

    private static ResourceConflictException inProgress(PipelineRun run) {
        return new ResourceConflictException(
                ResourceConflictException.Kind.WRONG_STATE,
                "run '%s' is %s with another request; wait until it ends, cancel it, or give the new run another name"
                        .formatted(run.id().name(), run.status().label()));
    }

    /**
     * Starts an export.
     *
     * @param name of the run; one that starts with the pipeline's if absent
     * @param blob name of the archive; the run's with {@code .tar} if absent
     * @return the run, the same one if this very request was made before; empty, and nothing is started, if a run of this
     *     name was asked for otherwise
     * @throws InvalidResourceException if anything is missing or wrongly written
     */
    public Optional<PipelineRun> startExport(
            ExportPipeline pipeline, List<String> artifacts, @Nullable String blob, @Nullable String name)
            throws IOException {
        List<Problem> problems = problemsOf(artifacts, blob, name);
        if (!problems.isEmpty()) {
            throw new InvalidResourceException(problems);
        }
        Instant now = clock.instant();
        String runName = name != null ? name : stem(pipeline) + "-" + TIME.format(now);
        BlobName archive = new BlobName(blob != null ? blob : runName + ".tar");
        ResourceId id = pipeline.id().sibling(ResourceId.Type.PIPELINE_RUN, runName);
        return start(PipelineRun.queued(id, new RunRequest(pipeline.id(), artifacts, archive), now, null));
    }

    /** All that is missing or wrongly written in the request for an export, each starting with the property it is about. */
    public static List<Problem> problemsOf(List<String> artifacts, @Nullable String blob, @Nullable String name) {
        List<Problem> problems = new ArrayList<>(problemsOf(artifacts));
        if (blob != null) {
            check("blobName", blob, BlobName::new, problems);
        }
        if (name != null) {
            check("name", name, ResourceId::requireName, problems);
        }
        return problems;
    }

    /** All that is wrong with what an export is asked for. */
    public static List<Problem> problemsOf(List<String> artifacts) {
        List<Problem> problems = new ArrayList<>();
        if (artifacts.isEmpty()) {
            problems.add(new Problem("artifacts", "is empty; name at least one, such as 'samples/hello:v1'"));
        }
        for (int i = 0; i < artifacts.size(); i++) {
            check("artifacts[" + i + "]", artifacts.get(i), Reference::parse, problems);
        }
        return problems;
    }

    private static void check(String property, String value, Consumer<String> parser, List<Problem> problems) {
        try {
            parser.accept(value);
        } catch (IllegalArgumentException e) {
            problems.add(new Problem(property, String.valueOf(e.getMessage())));
        }
    }

    /**
     * Starts the import of an archive that arrived, unless this very version of it was imported or is being imported.
     *
     * @param etag of the archive's version, as the event names it
     * @param arrivedAt when it arrived, as the event says
     * @return the run, the same one however often this is called; empty, and nothing is started, if it was deleted since
     */
    public Optional<PipelineRun> startImport(ImportPipeline pipeline, BlobName archive, String etag, Instant arrivedAt)
            throws IOException {
        ResourceId id = importRun(pipeline, archive, etag);
        RunRequest request = new RunRequest(pipeline.id(), List.of(), archive);
        return start(PipelineRun.queued(id, request, clock.instant(), arrivedAt));
    }

    /** The run that the arrival of this version of an archive starts: always the same one. */
    public static ResourceId importRun(ImportPipeline pipeline, BlobName archive, String etag) {
        // Events write an ETag without quotes, listings with; both mean the same version.
        String version = "%s\n%s\n%s"
                .formatted(
                        pipeline.id().toString().toLowerCase(Locale.ROOT),
                        pipeline.container().uri().blob(archive),
                        etag.replace("\"", ""));
        String hash = Digest.sha256Of(version.getBytes(StandardCharsets.UTF_8)).shortHex();
        // The underscore marks a run that no person named, as ACR Transfer does.
        return pipeline.id().sibling(ResourceId.Type.PIPELINE_RUN, stem(pipeline) + "_" + hash);
    }

    /** What names of runs begin with; short enough to leave room for what makes them unique. */
    private static String stem(Pipeline pipeline) {
        String name = pipeline.id().name();
        return name.substring(0, Math.min(name.length(), 56));
    }

    private Optional<PipelineRun> start(PipelineRun run) throws IOException {
        if (runs.create(run)) {
            queue.enqueue(Step.plan(run));
            return Optional.of(run);
        }
        Optional<PipelineRun> present = runs.find(run.id())
                .map(Versioned::run)
                .filter(there -> there.request().equals(run.request()));
        if (present.isPresent()) {
            enqueueAgain(present.get());
        }
        return present;
    }

    /** Whoever kept a run may have died before its first step was enqueued; a second one does no harm. */
    private void enqueueAgain(PipelineRun run) throws IOException {
        if (run.status() == RunStatus.QUEUED) {
            queue.enqueue(Step.plan(run));
        }
    }
}

package io.transship.core.pipeline.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.content.Bandwidth;
import io.transship.core.oci.Digest;
import io.transship.core.pipeline.Pipeline;
import io.transship.core.pipeline.Pipeline.ExportPipeline;
import io.transship.core.pipeline.Pipeline.ImportPipeline;
import io.transship.core.pipeline.Pipeline.Trigger;
import io.transship.core.pipeline.PipelineContainer;
import io.transship.core.pipeline.PipelineOption;
import io.transship.core.pipeline.Pipelines;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.request.RunStarter;
import io.transship.core.pipeline.run.InMemoryPipelineRuns;
import io.transship.core.pipeline.run.LegPlan;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.PipelineRuns;
import io.transship.core.pipeline.run.RunStatus;
import io.transship.core.pipeline.run.StepQueue;
import io.transship.core.pipeline.telemetry.RunTelemetry;
import io.transship.core.pipeline.telemetry.TracedRuns;
import io.transship.core.registry.InMemoryRegistry;
import io.transship.core.registry.Registry;
import io.transship.core.registry.Repository;
import io.transship.core.sas.SasRequirements;
import io.transship.core.storage.BlobContainer;
import io.transship.core.storage.BlobName;
import io.transship.core.storage.BlobProperties;
import io.transship.core.storage.ContainerUri;
import io.transship.core.storage.FailingBlobContainer;
import io.transship.core.storage.InMemoryBlobContainer;
import io.transship.core.transfer.StepwiseClock;
import io.transship.core.transfer.TransferSamples;
import io.transship.core.transfer.TransferSettings;
import io.transship.core.transfer.block.BlockBuffers;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** All that a runner works on, in memory: two registries, two containers, an export with a relay, and an import. */
final class RunWorld implements RunConnections, Pipelines {

    static final ResourceId EXPORT = ResourceId.of("sub", "rg", "from", ResourceId.Type.EXPORT_PIPELINE, "out");
    static final ResourceId IMPORT = ResourceId.of("sub", "rg", "to", ResourceId.Type.IMPORT_PIPELINE, "in");
    static final BlobName ARCHIVE = new BlobName("release.tar");

    final TransferSamples samples;
    final InMemoryRegistry target = new InMemoryRegistry("target.test");
    Clock clock = new StepwiseClock(Duration.ofMillis(1));
    final InMemoryBlobContainer near = container("near");
    final InMemoryBlobContainer far = container("far");
    final InMemoryPipelineRuns runs = new InMemoryPipelineRuns();
    final Fate fate = new Fate();
    final ShuffledSteps queue;
    final Map<ResourceId, Pipeline> pipelines = new HashMap<>();
    TransferSettings settings = TransferSamples.SMALL;
    Duration stepTime = Duration.ofHours(1);
    FailingBlobContainer.Faults faults = (moment, operation, subject) -> {};
    RenewedSecrets secrets = () -> false;
    RunTelemetry telemetry = RunTelemetry.NONE;

    /** How long containers were said to be used, in the order in which they were opened. */
    final List<Duration> uses = new CopyOnWriteArrayList<>();

    /** What reading the secrets again brings. */
    interface RenewedSecrets {
        boolean renew() throws IOException;
    }

    RunWorld(int seed, double repeated) throws IOException {
        this(seed, repeated, new TransferSamples());
    }

    RunWorld(int seed, double repeated, TransferSamples samples) {
        this.samples = samples;
        queue = new ShuffledSteps(seed, repeated);
        declareExport(true);
        declareImport();
    }

    /** Nothing comes twice. */
    RunWorld() throws IOException {
        this(1, 0);
    }

    void declareExport(boolean relay, PipelineOption... options) {
        pipelines.put(
                EXPORT,
                new ExportPipeline(
                        EXPORT,
                        new PipelineContainer(near.uri(), Optional.empty()),
                        relay ? Optional.of(new PipelineContainer(far.uri(), Optional.empty())) : Optional.empty(),
                        Set.of(options),
                        Optional.empty()));
    }

    void declareImport(PipelineOption... options) {
        pipelines.put(
                IMPORT,
                new ImportPipeline(
                        IMPORT,
                        new PipelineContainer(far.uri(), Optional.empty()),
                        Trigger.ENABLED,
                        Set.of(options),
                        Optional.empty()));
    }

    PipelineRunner runner() {
        return runner(traced());
    }

    PipelineRunner runner(PipelineRuns seen) {
        return new PipelineRunner(
                this,
                fate.guard(PipelineRuns.class, seen),
                fate.guard(StepQueue.class, queue),
                this,
                settings,
                new BlockBuffers(512 * 1024),
                stepTime,
                clock,
                telemetry);
    }

    PipelineRuns traced() {
        return new TracedRuns(runs, telemetry);
    }

    /** Starts an export; its first step waits in the queue. */
    PipelineRun startExport(List<String> artifacts) throws IOException {
        ExportPipeline pipeline = (ExportPipeline) find(EXPORT).orElseThrow();
        return new RunStarter(traced(), queue, clock)
                .startExport(pipeline, artifacts, ARCHIVE.value(), "release")
                .orElseThrow();
    }

    /** Starts the import of what the relay brought. */
    PipelineRun startImport() throws IOException {
        ImportPipeline pipeline = (ImportPipeline) find(IMPORT).orElseThrow();
        BlobProperties arrived = far.find(ARCHIVE).orElseThrow();
        return new RunStarter(traced(), queue, clock)
                .startImport(pipeline, ARCHIVE, arrived.etag(), clock.instant())
                .orElseThrow();
    }

    /** Exports, relays and imports these artifacts with nothing in the way. */
    PipelineRun importOf(List<String> artifacts) throws IOException {
        assertSucceeded(drained(startExport(artifacts)));
        return startImport();
    }

    /** Works until nothing is left to do. */
    void drainAll() throws IOException {
        try {
            queue.drain(runner(), fate);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    PipelineRun drained(PipelineRun run) throws IOException {
        drainAll();
        return now(run);
    }

    LegPlan planOf(PipelineRun run) throws IOException {
        return Objects.requireNonNull(now(run).plan());
    }

    PipelineRun now(PipelineRun run) throws IOException {
        return runs.find(run.id()).orElseThrow().run();
    }

    static void assertSucceeded(PipelineRun run) {
        assertThat(run.status()).as("%s: %s", run.label(), run.message()).isEqualTo(RunStatus.SUCCEEDED);
    }

    @Override
    public Registry registry(Pipeline pipeline) {
        return switch (pipeline) {
            case ExportPipeline export -> samples.registry();
            case ImportPipeline unused -> {
                target.decorate(repository -> fate.guard(Repository.class, repository));
                yield target;
            }
        };
    }

    @Override
    public BlobContainer container(
            Pipeline pipeline, PipelineContainer container, SasRequirements requirements, Duration use) {
        uses.add(use);
        InMemoryBlobContainer memory = container.uri().equals(near.uri()) ? near : far;
        return fate.guard(
                BlobContainer.class,
                new FailingBlobContainer(
                        memory, (moment, operation, subject) -> faults.at(moment, operation, subject)));
    }

    @Override
    public Bandwidth bandwidth() {
        return Bandwidth.UNLIMITED;
    }

    @Override
    public Set<Digest> secretsInUse(Pipeline pipeline) {
        return Set.of();
    }

    @Override
    public boolean renewSecrets(Pipeline pipeline, Set<Digest> used) throws IOException {
        return secrets.renew();
    }

    @Override
    public Optional<Pipeline> find(ResourceId id) {
        return Optional.ofNullable(pipelines.get(id));
    }

    @Override
    public List<Pipeline> all() {
        return List.copyOf(pipelines.values());
    }

    private InMemoryBlobContainer container(String account) {
        return new InMemoryBlobContainer(
                ContainerUri.parse("https://%s.blob.core.windows.net/transfer".formatted(account)), clock);
    }
}

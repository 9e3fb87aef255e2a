package io.transship.functions.wiring;

import io.transship.azure.AzureHttp;
import io.transship.azure.blob.AzureBlobContainers;
import io.transship.azure.blob.AzureSasIssuer;
import io.transship.azure.blob.ServerSideCopies;
import io.transship.azure.identity.AzureIdentities;
import io.transship.azure.state.AzurePipelineRuns;
import io.transship.azure.state.AzurePipelineStore;
import io.transship.azure.state.AzureRotationRecords;
import io.transship.azure.state.AzureRunReports;
import io.transship.azure.state.AzureStepQueue;
import io.transship.azure.state.StorageConnection;
import io.transship.azure.state.StorageProbes;
import io.transship.azure.vault.KeyVaultSecrets;
import io.transship.core.content.Bandwidth;
import io.transship.core.content.Sleeper;
import io.transship.core.pipeline.definition.PipelineCatalog;
import io.transship.core.pipeline.definition.PipelineHosts;
import io.transship.core.pipeline.execution.PipelineConnections;
import io.transship.core.pipeline.execution.PipelineRunner;
import io.transship.core.pipeline.execution.RunConnections;
import io.transship.core.pipeline.preflight.Preflight;
import io.transship.core.pipeline.preflight.network.SystemNetwork;
import io.transship.core.pipeline.preview.ArchiveInspection;
import io.transship.core.pipeline.preview.ExportPreview;
import io.transship.core.pipeline.preview.ImportPreview;
import io.transship.core.pipeline.preview.SasOutlook;
import io.transship.core.pipeline.request.RunCanceler;
import io.transship.core.pipeline.request.RunRemover;
import io.transship.core.pipeline.request.RunReports;
import io.transship.core.pipeline.request.RunRetrier;
import io.transship.core.pipeline.request.RunStarter;
import io.transship.core.pipeline.rotation.RotatingConnections;
import io.transship.core.pipeline.rotation.RotationRecords;
import io.transship.core.pipeline.rotation.SasRenewal;
import io.transship.core.pipeline.rotation.SasRotator;
import io.transship.core.pipeline.run.PipelineRuns;
import io.transship.core.pipeline.run.RunChanges;
import io.transship.core.pipeline.run.StepQueue;
import io.transship.core.pipeline.telemetry.ConnectionTelemetry.HostKind;
import io.transship.core.pipeline.telemetry.TracedRuns;
import io.transship.core.pipeline.upkeep.MissedArchives;
import io.transship.core.pipeline.upkeep.RunRetention;
import io.transship.core.pipeline.upkeep.StuckRuns;
import io.transship.core.registry.http.RetryPolicy;
import io.transship.core.registry.pace.RegistryPaces;
import io.transship.core.sas.SasValidator;
import io.transship.core.storage.BlobContainers;
import io.transship.core.transfer.block.BlockBuffers;
import io.transship.functions.arm.OperationResources;
import io.transship.functions.arm.PipelineResources;
import io.transship.functions.arm.RunResource;
import io.transship.functions.arm.RunResources;
import io.transship.functions.arm.verb.PipelineVerbs;
import io.transship.functions.dashboard.Health;
import io.transship.functions.dashboard.OverviewResources;
import io.transship.functions.settings.AppSettings;
import io.transship.functions.settings.SelfCheck;
import io.transship.telemetry.Telemetry;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/**
 * Puts the app together, once for each worker process: the one place that knows both the core and its adapters. Thread-safe.
 */
public final class Wiring {

    /** Setting of the app's own storage account, the one that the Functions host uses. */
    public static final String STORAGE = StorageConnection.HOST_STORAGE;

    /** Queue of the steps; what cannot be executed goes to the one with {@code -poison} behind. */
    public static final String QUEUE = "transship-steps";

    public static final String TABLE = "transship";
    public static final String CONTAINER = "transship-runs";
    public static final String REPORTS = "transship-reports";

    private static final Duration KEEP_SECRETS = Duration.ofMinutes(5);

    /** How long an event may take before the sweep does its work. */
    private static final Duration EVENT_GRACE = Duration.ofMinutes(5);

    private final AppSettings settings;
    private final Telemetry telemetry;
    private final PipelineRuns runs;
    private final PipelineCatalog pipelines;
    private final RunStarter starter;
    private final PipelineRunner runner;
    private final PipelineResources pipelineResources;
    private final RunResources runResources;
    private final OperationResources operationResources;
    private final RunResource runResource;
    private final StuckRuns stuckRuns;
    private final MissedArchives missedArchives;
    private final RunRetention retention;
    private final Health health;
    private final OverviewResources overviewResources;
    private final SasRotator sasRotator;

    private Wiring(AppSettings settings, Map<String, String> environment) {
        Clock clock = Clock.systemUTC();
        SasValidator validator = new SasValidator(clock);
        AzureIdentities identities = new AzureIdentities(environment, settings.cloud(), settings.identities());
        StorageConnection storage = StorageConnection.of(environment, STORAGE, identities);
        this.telemetry = Telemetry.ofThisProcess(clock);
        StepQueue queue = new AzureStepQueue(storage, QUEUE);
        KeyVaultSecrets secrets = new KeyVaultSecrets(identities, KEEP_SECRETS, clock);
        ServerSideCopies copies = settings.serverSideCopy()
                ? ServerSideCopies.within(settings.allowedHosts().suffixes(), clock)
                : ServerSideCopies.off();
        BlobContainers containers = new AzureBlobContainers(
                identities,
                settings.serverSideExport() ? copies.andFromRegistries() : copies,
                () -> AzureHttp.shared().watchedBy(reason -> telemetry.triesAgain(HostKind.STORAGE, reason)));
        Bandwidth bandwidth = settings.bytesPerSecond().isPresent()
                ? new Bandwidth(settings.bytesPerSecond().getAsLong(), clock, Sleeper.REAL)
                : Bandwidth.UNLIMITED;
        PipelineConnections plainConnections = new PipelineConnections(
                settings.registries(),
                settings.allowedHosts(),
                secrets,
                containers,
                identities::tokens,
                validator,
                RetryPolicy.DEFAULT.withAttempts(settings.registryAttempts()),
                new RegistryPaces(bandwidth, clock, Sleeper.REAL),
                telemetry);
        this.settings = settings;
        this.runs = new TracedRuns(new AzurePipelineRuns(storage, TABLE, CONTAINER), telemetry);
        this.pipelines = new PipelineCatalog(
                settings.pipelines(),
                new AzurePipelineStore(storage, TABLE),
                new PipelineHosts(settings.registries(), settings.allowedHosts()),
                clock);
        SasRenewal renewal = new SasRenewal(
                settings.allowedHosts(),
                secrets,
                secrets,
                new AzureSasIssuer(identities),
                containers,
                validator,
                clock);
        RotationRecords rotations = new AzureRotationRecords(storage, TABLE);
        this.sasRotator = new SasRotator(
                pipelines, renewal, rotations, () -> UUID.randomUUID().toString(), clock, telemetry::rotated);
        RunConnections connections = new RotatingConnections(plainConnections, sasRotator);
        this.starter = new RunStarter(runs, queue, clock);
        this.runner = new PipelineRunner(
                pipelines,
                runs,
                queue,
                connections,
                settings.transfer(),
                BlockBuffers.ofHeap(),
                settings.stepTime(),
                clock,
                telemetry);
        Preflight preflight = new Preflight(
                settings.registries(),
                settings.allowedHosts(),
                secrets,
                containers,
                identities::tokens,
                validator,
                new SystemNetwork(),
                Preflight.Limits.DEFAULT);
        // A preview writes nothing, no secret either.
        PipelineVerbs verbs = new PipelineVerbs(
                preflight,
                new ExportPreview(plainConnections, settings.transfer()),
                new ImportPreview(plainConnections, settings.transfer()),
                new ArchiveInspection(plainConnections));
        this.pipelineResources = new PipelineResources(pipelines, verbs.byName());
        RunReports reports = new AzureRunReports(storage, REPORTS);
        RunChanges changes = new RunChanges(runs, clock);
        RunRemover remover = new RunRemover(runs, reports, settings.upkeep().reportsAfterDeletion());
        this.runResources = new RunResources(
                runs,
                pipelines,
                new RunResources.Verbs(
                        starter, new RunCanceler(runs, changes, clock), new RunRetrier(runs, queue, clock), remover),
                clock);
        this.operationResources = new OperationResources(pipelines, runs);
        this.runResource = new RunResource(pipelines, clock);
        this.stuckRuns =
                new StuckRuns(runs, changes, queue, reports, settings.upkeep().stuckAfter(), clock, telemetry);
        this.missedArchives = new MissedArchives(
                pipelines, runs, starter, connections, settings.upkeep().sweepWindow(), EVENT_GRACE, clock, telemetry);
        this.retention = new RunRetention(runs, remover, settings.upkeep().retention(), clock);
        StorageProbes probes = new StorageProbes(storage);
        this.health = new Health(
                Map.of(
                        "table storage", () -> probes.table(TABLE),
                        "queue storage", () -> probes.queue(QUEUE),
                        "blob storage", () -> probes.container(CONTAINER)),
                new Health.Facts(
                        version(),
                        settings.problems(),
                        SelfCheck.ofThisProcess().warnings()),
                clock,
                Health.Limits.STANDARD);
        this.overviewResources = new OverviewResources(
                pipelines,
                runs,
                settings.registries(),
                new SasOutlook(secrets, settings.allowedHosts(), validator),
                rotations,
                health,
                clock);
    }

    /** As the package says it; there is none where the app runs from its classes. */
    private static String version() {
        String packaged = Wiring.class.getPackage().getImplementationVersion();
        return packaged == null ? "unpackaged" : packaged;
    }

    /** Reads the settings and makes no request. */
    public static Wiring ofEnvironment(Map<String, String> environment) {
        return new Wiring(AppSettings.of(environment), environment);
    }

    public AppSettings settings() {
        return settings;
    }

    public Telemetry telemetry() {
        return telemetry;
    }

    public PipelineRuns runs() {
        return runs;
    }

    public PipelineCatalog pipelines() {
        return pipelines;
    }

    public RunStarter starter() {
        return starter;
    }

    public PipelineRunner runner() {
        return runner;
    }

    public PipelineResources pipelineResources() {
        return pipelineResources;
    }

    public RunResources runResources() {
        return runResources;
    }

    public OperationResources operationResources() {
        return operationResources;
    }

    public StuckRuns stuckRuns() {
        return stuckRuns;
    }

    public MissedArchives missedArchives() {
        return missedArchives;
    }

    public RunRetention retention() {
        return retention;
    }

    public Health health() {
        return health;
    }

    public OverviewResources overviewResources() {
        return overviewResources;
    }

    public SasRotator sasRotator() {
        return sasRotator;
    }

    public RunResource runResource() {
        return runResource;
    }
}

package io.transship.functions;

import io.transship.azure.AzureBlobContainers;
import io.transship.azure.AzureIdentities;
import io.transship.azure.AzurePipelineRuns;
import io.transship.azure.AzurePipelineStore;
import io.transship.azure.AzureStepQueue;
import io.transship.azure.KeyVaultSecrets;
import io.transship.azure.StorageConnection;
import io.transship.core.pipeline.definition.PipelineCatalog;
import io.transship.core.pipeline.definition.PipelineHosts;
import io.transship.core.pipeline.execution.PipelineConnections;
import io.transship.core.pipeline.execution.PipelineRunner;
import io.transship.core.pipeline.request.RunStarter;
import io.transship.core.pipeline.run.PipelineRuns;
import io.transship.core.pipeline.run.StepQueue;
import io.transship.core.registry.http.RetryPolicy;
import io.transship.core.sas.SasValidator;
import io.transship.core.transfer.block.BlockBuffers;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;

/**
 * Puts the app together, once for each worker process: the one place that knows both the core and its adapters. Thread-safe.
 */
public final class Wiring {

    /** Setting of the app's own storage account, the one that the Functions host uses. */
    static final String STORAGE = StorageConnection.HOST_STORAGE;

    /** Queue of the steps; what cannot be executed goes to the one with {@code -poison} behind. */
    static final String QUEUE = "transship-steps";

    static final String TABLE = "transship";
    static final String CONTAINER = "transship-runs";

    private static final Duration KEEP_SECRETS = Duration.ofMinutes(5);

    private final AppSettings settings;
    private final PipelineRuns runs;
    private final PipelineCatalog pipelines;
    private final RunStarter starter;
    private final PipelineRunner runner;

    private Wiring(AppSettings settings, Map<String, String> environment) {
        Clock clock = Clock.systemUTC();
        AzureIdentities identities = new AzureIdentities();
        StorageConnection storage = StorageConnection.of(environment, STORAGE, identities);
        StepQueue queue = new AzureStepQueue(storage, QUEUE);
        PipelineConnections connections = new PipelineConnections(
                settings.registries(),
                settings.allowedHosts(),
                new KeyVaultSecrets(identities, KEEP_SECRETS, clock),
                new AzureBlobContainers(identities),
                identities::tokens,
                new SasValidator(clock),
                RetryPolicy.DEFAULT.withAttempts(settings.registryAttempts()));
        this.settings = settings;
        this.runs = new AzurePipelineRuns(storage, TABLE, CONTAINER);
        this.pipelines = new PipelineCatalog(
                settings.pipelines(),
                new AzurePipelineStore(storage, TABLE),
                new PipelineHosts(settings.registries(), settings.allowedHosts()),
                clock);
        this.starter = new RunStarter(runs, queue, clock);
        this.runner = new PipelineRunner(
                pipelines,
                runs,
                queue,
                connections,
                settings.transfer(),
                BlockBuffers.ofHeap(),
                settings.stepTime(),
                clock);
    }

    /** Reads the settings and makes no request. */
    static Wiring ofEnvironment(Map<String, String> environment) {
        return new Wiring(AppSettings.of(environment), environment);
    }

    AppSettings settings() {
        return settings;
    }

    PipelineRuns runs() {
        return runs;
    }

    PipelineCatalog pipelines() {
        return pipelines;
    }

    RunStarter starter() {
        return starter;
    }

    PipelineRunner runner() {
        return runner;
    }
}

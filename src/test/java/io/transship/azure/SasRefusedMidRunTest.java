package io.transship.azure;

import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.content.Bandwidth;
import io.transship.core.oci.Digest;
import io.transship.core.pipeline.Pipeline;
import io.transship.core.pipeline.Pipeline.ExportPipeline;
import io.transship.core.pipeline.PipelineContainer;
import io.transship.core.pipeline.execution.PipelineRunner;
import io.transship.core.pipeline.execution.RunConnections;
import io.transship.core.pipeline.request.RunStarter;
import io.transship.core.pipeline.rotation.RotatingConnections;
import io.transship.core.pipeline.run.InMemoryPipelineRuns;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.RunStatus;
import io.transship.core.pipeline.run.Step;
import io.transship.core.pipeline.run.StepQueue;
import io.transship.core.pipeline.telemetry.RunTelemetry;
import io.transship.core.registry.Registry;
import io.transship.core.sas.SasRequirements;
import io.transship.core.storage.BlobContainer;
import io.transship.core.storage.SecretUri;
import io.transship.core.transfer.TransferSamples;
import io.transship.core.transfer.block.BlockBuffers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * An export whose SAS the storage service refuses from some moment on, as after the rotation of the account's key. Whoever
 * looks at the token alone finds nothing wrong with it.
 */
@Timeout(60)
class SasRefusedMidRunTest {

    private static final int MAX_ATTEMPTS = 5;

    private static RealRotation real;

    private final TransferSamples samples;
    private final InMemoryPipelineRuns runs = new InMemoryPipelineRuns();
    private final Deque<Step> steps = new ArrayDeque<>();
    private final List<String> troubles = new ArrayList<>();
    private Event onceOpened = () -> {};

    /** What happens at some moment. */
    private interface Event {
        void happen() throws IOException;
    }

    SasRefusedMidRunTest() throws IOException {
        samples = new TransferSamples();
    }

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        real = new RealRotation(directory);
    }

    @AfterAll
    static void stop() {
        real.close();
    }

    @Test
    void aRunGoesOnWithTheVersionThatRotationWroteMeanwhile() throws IOException {
        ExportPipeline pipeline = prepare("rotated-meanwhile");
        PipelineRunner runner = runner(connections(pipeline));
        PipelineRun run = start(pipeline);
        work(runner);
        refuseFromNowOn(pipeline);
        AtomicBoolean rotated = new AtomicBoolean();
        onceOpened = () -> {
            // The step has its SAS by now and has not used it.
            if (!rotated.getAndSet(true)) {
                real.rotator().rotateAll();
            }
        };

        workUntilNothingIsLeft(runner);

        assertSucceeded(run);
        assertThat(rotated).isTrue();
        assertThat(troubles)
                .isNotEmpty()
                .allSatisfy(
                        trouble -> assertThat(trouble).contains("403", "SAS").doesNotContain("sig="));
        assertThat(real.vault.versions("rotated-meanwhile")).isEqualTo(3);
    }

    @Test
    void aRunHasItsSasRotatedItselfIfNobodyElseDoes() throws IOException {
        ExportPipeline pipeline = prepare("rotated-by-the-run");
        PipelineRunner runner = runner(new RotatingConnections(connections(pipeline), real.rotator()));
        PipelineRun run = start(pipeline);
        work(runner);
        refuseFromNowOn(pipeline);

        workUntilNothingIsLeft(runner);

        assertSucceeded(run);
        assertThat(troubles).isNotEmpty();
        assertThat(real.vault.versions("rotated-by-the-run")).isEqualTo(3);
    }

    @Test
    void theFirstRunOfAPipelineNeedsNoSasThatSomeoneMadeBefore() throws IOException {
        ExportPipeline pipeline = real.exporting("never-filled", real.byAccountKey());
        real.vault.set("account-key", real.azurite.accountKey(RealRotation.ACCOUNT));
        PipelineRunner runner = runner(new RotatingConnections(connections(pipeline), real.rotator()));
        PipelineRun run = start(pipeline);

        workUntilNothingIsLeft(runner);

        assertSucceeded(run);
        assertThat(troubles).isEmpty();
        assertThat(real.vault.versions("never-filled")).isEqualTo(1);
    }

    @Test
    void withoutRotationTheRunFailsAndSaysWhy() throws IOException {
        ExportPipeline pipeline = prepare("not-rotated");
        PipelineRunner runner = runner(connections(pipeline));
        PipelineRun run = start(pipeline);
        work(runner);
        refuseFromNowOn(pipeline);

        workUntilNothingIsLeft(runner);

        assertThat(now(run).status()).isEqualTo(RunStatus.FAILED);
        assertThat(now(run).message()).contains("403", "renew the secret that holds it");
    }

    private ExportPipeline prepare(String name) throws IOException {
        real.vault.set("account-key", real.azurite.accountKey(RealRotation.ACCOUNT));
        ExportPipeline pipeline = real.exporting(name, real.byAccountKey());
        real.rotator().rotateAll();
        return pipeline;
    }

    /** Puts a token into the vault that differs from a good one in its signature only. */
    private static void refuseFromNowOn(ExportPipeline pipeline) {
        SecretUri secret = pipeline.container().sasSecret().orElseThrow();
        real.vault.set(
                secret.name(), real.vault.value(secret.name()).orElseThrow().replaceAll("sig=....", "sig=AAAA"));
        real.secrets.forget(secret);
    }

    private PipelineRun start(ExportPipeline pipeline) throws IOException {
        return new RunStarter(runs, queue(), Clock.systemUTC())
                .startExport(pipeline, TransferSamples.ALL, "release.tar", "release")
                .orElseThrow();
    }

    private PipelineRunner runner(RunConnections connections) {
        return new PipelineRunner(
                real,
                runs,
                queue(),
                connections,
                TransferSamples.SMALL,
                new BlockBuffers(512 * 1024),
                Duration.ofHours(1),
                Clock.systemUTC(),
                RunTelemetry.NONE);
    }

    private StepQueue queue() {
        return steps::addLast;
    }

    private void workUntilNothingIsLeft(PipelineRunner runner) throws IOException {
        while (!steps.isEmpty()) {
            work(runner);
        }
    }

    /** One step, again if it failed in a way that may pass, as the queue does it. */
    private void work(PipelineRunner runner) throws IOException {
        Step step = steps.removeFirst();
        for (int attempt = 1; ; attempt++) {
            try {
                runner.execute(step);
                return;
            } catch (IOException e) {
                troubles.add(String.valueOf(e.getMessage()));
                if (attempt == MAX_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private PipelineRun now(PipelineRun run) throws IOException {
        return runs.find(run.id()).orElseThrow().run();
    }

    private void assertSucceeded(PipelineRun run) throws IOException {
        assertThat(now(run).status()).as(String.valueOf(now(run).message())).isEqualTo(RunStatus.SUCCEEDED);
    }

    /** Real containers and secrets; the registry is in memory. */
    private RunConnections connections(ExportPipeline exported) {
        RunConnections connections = real.connections();
        return new RunConnections() {
            @Override
            public Registry registry(Pipeline pipeline) {
                assertThat(pipeline).isEqualTo(exported);
                return samples.registry();
            }

            @Override
            public BlobContainer container(
                    Pipeline pipeline, PipelineContainer container, SasRequirements requirements, Duration use)
                    throws IOException {
                BlobContainer opened = connections.container(pipeline, container, requirements, use);
                onceOpened.happen();
                return opened;
            }

            @Override
            public Bandwidth bandwidth() {
                return Bandwidth.UNLIMITED;
            }

            @Override
            public Set<Digest> secretsInUse(Pipeline pipeline) throws IOException {
                return connections.secretsInUse(pipeline);
            }

            @Override
            public boolean renewSecrets(Pipeline pipeline, Set<Digest> used) throws IOException {
                return connections.renewSecrets(pipeline, used);
            }
        };
    }
}

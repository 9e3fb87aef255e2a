package io.transship.core.pipeline.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.content.Bandwidth;
import io.transship.core.oci.Digest;
import io.transship.core.pipeline.Pipeline;
import io.transship.core.pipeline.Pipeline.ImportPipeline;
import io.transship.core.pipeline.Pipeline.Trigger;
import io.transship.core.pipeline.PipelineContainer;
import io.transship.core.pipeline.Pipelines;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.execution.RunConnections;
import io.transship.core.pipeline.request.RunStarter;
import io.transship.core.pipeline.run.InMemoryPipelineRuns;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.RunProgress;
import io.transship.core.pipeline.run.Step;
import io.transship.core.pipeline.telemetry.RunTelemetry;
import io.transship.core.registry.Registry;
import io.transship.core.sas.SasRequirements;
import io.transship.core.storage.BlobContainer;
import io.transship.core.storage.BlobName;
import io.transship.core.storage.BlobProperties;
import io.transship.core.storage.ContainerUri;
import io.transship.core.storage.InMemoryBlobContainer;
import io.transship.core.storage.WriteMode;
import io.transship.core.transfer.StepwiseClock;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MissedArchivesTest {

    private static final Instant ARRIVED = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration WINDOW = Duration.ofDays(7);
    private static final Duration GRACE = Duration.ofMinutes(10);

    private final InMemoryPipelineRuns runs = new InMemoryPipelineRuns();
    private final List<Step> enqueued = new ArrayList<>();
    private final InMemoryBlobContainer container = containerAt(ARRIVED);
    private final List<Pipeline> pipelines = new ArrayList<>();

    MissedArchivesTest() {
        pipelines.add(importer("in", container.uri(), Trigger.ENABLED));
    }

    @Test
    void startsTheRunOfALostEventOnce() throws IOException {
        write("a.tar", 5);

        assertThat(sweep(ARRIVED.plus(GRACE).plusSeconds(1)))
                .singleElement()
                .asString()
                .startsWith("ArchiveMissed run='")
                .contains(" archive='a.tar': no event came for it");
        assertThat(sweep(ARRIVED.plus(GRACE).plusSeconds(60))).isEmpty();

        PipelineRun run = onlyRun();
        assertThat(run.times().triggeredAt()).isEqualTo(ARRIVED);
        assertThat(enqueued).containsExactly(Step.plan(run));
    }

    @Test
    void theEventThatComesAfterAllFindsTheRunOfTheSweep() throws IOException {
        BlobProperties archive = write("a.tar", 5);
        sweep(ARRIVED.plus(GRACE).plusSeconds(1));

        Optional<PipelineRun> again = starter(ARRIVED)
                .startImport((ImportPipeline) pipelines.getFirst(), archive.name(), archive.etag(), ARRIVED);

        assertThat(again).contains(onlyRun());
    }

    @Test
    void givesAnEventTimeAndForgetsWhatArrivedLongAgo() throws IOException {
        write("a.tar", 5);

        assertThat(sweep(ARRIVED.plus(GRACE))).isEmpty();
        assertThat(sweep(ARRIVED.plus(WINDOW))).isEmpty();
        assertThat(sweep(ARRIVED.plus(WINDOW).minusSeconds(1))).hasSize(1);
    }

    @Test
    void startsWhatArrivedFirstFirstAndNothingThatIsEmpty() throws IOException {
        write("empty.tar", 0);
        InMemoryBlobContainer mixed = new InMemoryBlobContainer(
                ContainerUri.parse("https://mixed.blob.core.windows.net/transfer"), ticking());
        for (String name : List.of("z.tar", "m.tar", "a.tar")) {
            mixed.write(new BlobName(name), new byte[3], WriteMode.CREATE_NEW, Map.of());
        }
        pipelines.add(importer("mixed", mixed.uri(), Trigger.ENABLED));

        sweep(ARRIVED.plus(Duration.ofHours(1)), Map.of(container.uri(), container, mixed.uri(), mixed));

        List<String> started = new ArrayList<>();
        for (Step step : enqueued) {
            started.add(runs.find(step.run()).orElseThrow().run().archive().value());
        }
        assertThat(started).containsExactly("z.tar", "m.tar", "a.tar");
    }

    @Test
    void doesNotBringBackWhatWasDeletedAlsoAfterARetry() throws IOException {
        write("a.tar", 5);
        Instant later = ARRIVED.plus(GRACE).plusSeconds(1);
        sweep(later);
        PipelineRun failed = onlyRun().failed(later, "no", RunProgress.NONE);
        PipelineRun retried =
                failed.retried(Set.of(), failed.archive(), later).failed(later.plusSeconds(9), "no", RunProgress.NONE);
        runs.replace(retried, runs.find(failed.id()).orElseThrow().version());
        runs.delete(failed.id(), runs.find(failed.id()).orElseThrow().version());

        assertThat(sweep(later.plusSeconds(60))).isEmpty();

        assertThat(runs.find(failed.id())).isEmpty();
        assertThat(enqueued).hasSize(1);
    }

    @Test
    void leavesPipelinesAloneThatDoNotStartByThemselves() throws IOException {
        pipelines.set(0, importer("in", container.uri(), Trigger.DISABLED));
        write("a.tar", 5);

        assertThat(sweep(ARRIVED.plus(Duration.ofHours(1)))).isEmpty();
    }

    @Test
    void aContainerThatCannotBeReadHidesNoOther() throws IOException {
        ContainerUri closed = ContainerUri.parse("https://closed.blob.core.windows.net/transfer");
        pipelines.addFirst(importer("closed", closed, Trigger.ENABLED));
        write("a.tar", 5);

        List<String> done = sweep(ARRIVED.plus(Duration.ofHours(1)));

        assertThat(done).hasSize(2);
        assertThat(done.getFirst()).contains(closed.toString(), "pipeline 'closed' could not be swept: closed");
        assertThat(enqueued).hasSize(1);
    }

    private BlobProperties write(String name, int length) throws IOException {
        return container.write(new BlobName(name), new byte[length], WriteMode.CREATE_NEW, Map.of());
    }

    private PipelineRun onlyRun() throws IOException {
        List<PipelineRun> all = runs.list(pipelines.getFirst().id().scope(), 10, Optional.empty())
                .items();
        assertThat(all).hasSize(1);
        return all.getFirst();
    }

    private RunStarter starter(Instant now) {
        return new RunStarter(runs, enqueued::add, Clock.fixed(now, ZoneOffset.UTC));
    }

    private List<String> sweep(Instant now) throws IOException {
        return sweep(now, Map.of(container.uri(), container));
    }

    private List<String> sweep(Instant now, Map<ContainerUri, BlobContainer> containers) throws IOException {
        Pipelines known = new Pipelines() {
            @Override
            public Optional<Pipeline> find(ResourceId id) {
                return pipelines.stream()
                        .filter(pipeline -> pipeline.id().equals(id))
                        .findFirst();
            }

            @Override
            public List<Pipeline> all() {
                return List.copyOf(pipelines);
            }
        };
        return new MissedArchives(
                        known,
                        runs,
                        starter(now),
                        new Containers(containers),
                        WINDOW,
                        GRACE,
                        Clock.fixed(now, ZoneOffset.UTC),
                        RunTelemetry.NONE)
                .sweep();
    }

    /** A clock that goes on by a second whenever it is looked at. */
    private static Clock ticking() {
        return new StepwiseClock(Duration.ofSeconds(1));
    }

    private static InMemoryBlobContainer containerAt(Instant time) {
        return new InMemoryBlobContainer(
                ContainerUri.parse("https://far.blob.core.windows.net/transfer"), Clock.fixed(time, ZoneOffset.UTC));
    }

    private static ImportPipeline importer(String name, ContainerUri uri, Trigger trigger) {
        return new ImportPipeline(
                ResourceId.of("s", "g", "r", ResourceId.Type.IMPORT_PIPELINE, name),
                new PipelineContainer(uri, Optional.empty()),
                trigger,
                Set.of(),
                Optional.empty());
    }

    private record Containers(Map<ContainerUri, BlobContainer> open) implements RunConnections {

        @Override
        public BlobContainer container(
                Pipeline pipeline, PipelineContainer container, SasRequirements requirements, Duration use)
                throws IOException {
            BlobContainer found = open.get(container.uri());
            if (found == null) {
                throw new IOException("closed");
            }
            return found;
        }

        @Override
        public Registry registry(Pipeline pipeline) {
            throw new AssertionError("a sweep needs no registry");
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
        public boolean renewSecrets(Pipeline pipeline, Set<Digest> used) {
            return false;
        }
    }
}

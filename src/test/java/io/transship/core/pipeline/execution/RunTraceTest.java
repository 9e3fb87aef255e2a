package io.transship.core.pipeline.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.RunChanges;
import io.transship.core.pipeline.run.RunProgress;
import io.transship.core.pipeline.run.RunStatus;
import io.transship.core.pipeline.run.Step;
import io.transship.core.transfer.TransferSamples;
import io.transship.telemetry.CurrentInvocation;
import io.transship.telemetry.LoggedLines;
import io.transship.telemetry.Telemetry;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A run seen by its telemetry, all the way from the request to the imported tag. */
class RunTraceTest {

    private static final String REQUEST = "00-11111111111111111111111111111111-1111111111111111-00";
    private static final String SAMPLED = REQUEST.replaceAll("00$", "01");
    private static final String QUEUE = "00-22222222222222222222222222222222-2222222222222222-01";
    private static final String EVENT = "00-33333333333333333333333333333333-3333333333333333-01";
    private static final AttributeKey<String> DIGEST = AttributeKey.stringKey("transship.catalog.digest");
    private static final Logger LOG = Logger.getAnonymousLogger();

    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private final InMemoryMetricReader metrics = InMemoryMetricReader.create();
    private final OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(spans))
                    .build())
            .setMeterProvider(
                    SdkMeterProvider.builder().registerMetricReader(metrics).build())
            .build();
    private final LoggedLines lines = new LoggedLines();
    private RunWorld world;

    RunTraceTest() throws IOException {
        world = new RunWorld();
    }

    @BeforeEach
    void listen() {
        LOG.setUseParentHandlers(false);
        LOG.addHandler(lines);
        world.telemetry = new Telemetry(sdk, Clock.systemUTC());
    }

    @AfterEach
    void close() {
        LOG.removeHandler(lines);
        sdk.close();
    }

    @Test
    void stepsOfExportAndRelayBelongToTheTraceOfTheRequest() throws IOException {
        PipelineRun export = exported();

        // The host did not sample the request, which is no reason to lose the run.
        assertThat(export.trace().parent()).isEqualTo(SAMPLED);
        List<SpanData> steps = spans.getFinishedSpanItems();
        assertThat(steps).isNotEmpty().allSatisfy(step -> {
            assertThat(step.getName()).isEqualTo("transship.step");
            assertThat(step.getTraceId()).isEqualTo("1".repeat(32));
            assertThat(step.getParentSpanId()).isEqualTo("1".repeat(16));
            assertThat(linked(step)).containsExactly("2".repeat(32));
            assertThat(text(step, "transship.run")).isEqualTo("release");
            assertThat(text(step, "transship.pipeline")).isEqualTo("out");
            assertThat(text(step, "transship.outcome")).isEqualTo("done");
        });
        assertThat(steps.stream().map(step -> text(step, "transship.leg") + " " + text(step, "transship.step")))
                .contains("export plan", "export move", "export seal", "relay plan", "relay move", "relay seal");
    }

    @Test
    void theImportHasATraceOfItsOwnThatIsLinkedWithTheExportsByTheArchive() throws IOException {
        PipelineRun export = exported();
        assertThat(world.far.find(RunWorld.ARCHIVE).orElseThrow().metadata()).containsEntry("traceparent", SAMPLED);
        spans.reset();

        PipelineRun imported = imported();

        assertThat(imported.trace().parent()).isEqualTo(EVENT);
        List<SpanData> steps = spans.getFinishedSpanItems();
        assertThat(steps).extracting(SpanData::getTraceId).containsOnly("3".repeat(32));
        assertThat(steps.stream().filter(step -> !text(step, "transship.step").equals("plan")))
                .isNotEmpty()
                .allSatisfy(step -> {
                    assertThat(linked(step)).containsExactly("1".repeat(32), "2".repeat(32));
                    // This one joins both sides also where copy tools have lost the metadata.
                    assertThat(step.getAttributes().get(DIGEST)).isEqualTo(export.catalogDigest());
                });
    }

    @Test
    void theTraceIsNotInTheBytesOfTheArchive() throws IOException {
        exported();
        String first = world.far.find(RunWorld.ARCHIVE).orElseThrow().metadata().toString();
        byte[] traced = bytes();
        world = new RunWorld();
        world.drained(world.startExport(TransferSamples.ALL));

        assertThat(world.far.find(RunWorld.ARCHIVE).orElseThrow().metadata().toString())
                .isNotEqualTo(first);
        assertThat(bytes()).isEqualTo(traced);
    }

    @Test
    void metricsCountBytesArtifactsAndRuns() throws IOException {
        exported();
        imported();

        Map<String, Long> sums = new TreeMap<>();
        metrics.collectAllMetrics().stream()
                .filter(metric -> metric.getName().matches("transship\\.(bytes|runs|artifacts)"))
                .forEach(metric -> metric.getLongSumData().getPoints().forEach(point -> {
                    var attributes = new TreeMap<String, String>();
                    point.getAttributes().forEach((key, value) -> attributes.put(key.getKey(), value.toString()));
                    sums.put(metric.getName() + attributes, point.getValue());
                }));
        assertThat(sums)
                .containsEntry(
                        "transship.runs{transship.failure.code=none, transship.leg=relay, transship.pipeline=out, transship.status=Succeeded}",
                        1L)
                .containsEntry(
                        "transship.runs{transship.failure.code=none, transship.leg=import, transship.pipeline=in, transship.status=Succeeded}",
                        1L)
                .containsEntry(
                        "transship.bytes{transship.leg=export, transship.pipeline=out, transship.way=sent}",
                        world.far.find(RunWorld.ARCHIVE).orElseThrow().length())
                .containsKey(
                        "transship.artifacts{transship.failure.code=none, transship.leg=import, transship.outcome=succeeded, transship.pipeline=in}");
        assertThat(metrics.collectAllMetrics())
                .allSatisfy(metric -> assertThat(metric.getUnit()).isNotEmpty())
                .allSatisfy(metric -> assertThat(metric.toString()).doesNotContain("sha256:", "transship.run="));
    }

    @Test
    void aRunThatFailsSaysSoOnceWithItsCode() throws IOException {
        PipelineRun run = requested(List.of("missing/artifact:1"));

        assertThat(run.status()).isEqualTo(RunStatus.FAILED);
        assertThat(lines.starting("RunFailed "))
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .startsWith("RunFailed run='release' pipeline='out' leg='export' archive='release.tar' code='"
                                + "NotFound': "));
        assertThat(spans.getFinishedSpanItems()).singleElement().satisfies(step -> {
            assertThat(text(step, "transship.outcome")).isEqualTo("failed");
            assertThat(text(step, "transship.failure.code")).isEqualTo("NotFound");
        });
    }

    @Test
    void aRunWhoseStepIsGivenUpAndOneThatStoodStillSaySo() throws IOException {
        PipelineRun run = world.startExport(TransferSamples.ALL);
        try (CurrentInvocation poison = CurrentInvocation.enter(LOG, QUEUE)) {
            assertThat(poison).isNotNull();
            world.runner().giveUp(Step.plan(run));
        }
        assertThat(lines.starting("RunFailed "))
                .singleElement()
                .satisfies(line -> assertThat(line).contains(" code='GivenUp': gave up on the plan step"));

        PipelineRun again = world.now(run).retried(Set.of(), run.archive(), Instant.now());
        world.runs.replace(again, world.runs.find(run.id()).orElseThrow().version());
        try (CurrentInvocation sweep = CurrentInvocation.enter(LOG, QUEUE)) {
            assertThat(sweep).isNotNull();
            new RunChanges(world.traced(), Clock.systemUTC())
                    .apply(again.execution(), now -> now.failed(Instant.now(), "stands still", RunProgress.NONE));
        }
        assertThat(lines.starting("RunFailed "))
                .hasSize(2)
                .last()
                .asString()
                .contains(" code='StoodStill': stands still");
    }

    @Test
    void aRunThatSucceedsSaysSoUnderTheInvocation() throws IOException {
        PipelineRun run = exported();

        assertThat(lines.starting("RunSucceeded "))
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .startsWith(
                                "RunSucceeded run='release' pipeline='out' leg='relay' archive='release.tar' digest='"
                                        + run.catalogDigest() + "'"));
    }

    private PipelineRun exported() throws IOException {
        PipelineRun run = requested(TransferSamples.ALL);
        RunWorld.assertSucceeded(run);
        return run;
    }

    private PipelineRun requested(List<String> artifacts) throws IOException {
        PipelineRun run;
        try (CurrentInvocation request = CurrentInvocation.enter(LOG, REQUEST)) {
            assertThat(request).isNotNull();
            run = world.startExport(artifacts);
        }
        return drained(run);
    }

    private PipelineRun imported() throws IOException {
        PipelineRun run;
        try (CurrentInvocation event = CurrentInvocation.enter(LOG, EVENT)) {
            assertThat(event).isNotNull();
            run = world.startImport();
        }
        PipelineRun after = drained(run);
        RunWorld.assertSucceeded(after);
        return after;
    }

    private PipelineRun drained(PipelineRun run) throws IOException {
        try (CurrentInvocation queue = CurrentInvocation.enter(LOG, QUEUE)) {
            assertThat(queue).isNotNull();
            return world.drained(run);
        }
    }

    private byte[] bytes() throws IOException {
        var stored = world.far.find(RunWorld.ARCHIVE).orElseThrow();
        try (var in = world.far.open(stored).open(0, stored.length())) {
            return in.readAllBytes();
        }
    }

    private static Set<String> linked(SpanData span) {
        Set<String> traces = new TreeSet<>();
        span.getLinks().stream().map(LinkData::getSpanContext).forEach(link -> traces.add(link.getTraceId()));
        return traces;
    }

    private static String text(SpanData span, String attribute) {
        return String.valueOf(span.getAttributes().get(AttributeKey.stringKey(attribute)));
    }
}

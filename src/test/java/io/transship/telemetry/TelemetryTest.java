package io.transship.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.transship.core.content.RetryListener.Reason;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.rotation.RotationOutcome;
import io.transship.core.pipeline.run.ExecutionId;
import io.transship.core.pipeline.run.Leg;
import io.transship.core.pipeline.run.Step;
import io.transship.core.pipeline.telemetry.ConnectionTelemetry.HostKind;
import io.transship.core.pipeline.telemetry.RunTelemetry.Finding;
import io.transship.core.storage.ContainerUri;
import io.transship.core.storage.SecretUri;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TelemetryTest {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final SecretUri SECRET = SecretUri.parse("https://v.vault.azure.net/secrets/out-sas");
    private static final ContainerUri CONTAINER = ContainerUri.parse("https://acc.blob.core.windows.net/transfer");

    private final InMemoryMetricReader metrics = InMemoryMetricReader.create();
    private final OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
            .setMeterProvider(
                    SdkMeterProvider.builder().registerMetricReader(metrics).build())
            .build();
    private final Telemetry telemetry = new Telemetry(sdk, Clock.fixed(NOON, ZoneOffset.UTC));
    private final Logger log = Logger.getAnonymousLogger();
    private final LoggedLines lines = new LoggedLines();
    private CurrentInvocation invocation = CurrentInvocation.enter(log, null);

    @BeforeEach
    void listen() {
        log.setUseParentHandlers(false);
        log.addHandler(lines);
    }

    @AfterEach
    void close() {
        invocation.close();
        sdk.close();
    }

    @Test
    void retriesAreCountedByKindOfHostAndThrottlingIsSaidOnceAMinute() {
        telemetry.triesAgain(HostKind.REGISTRY, Reason.THROTTLED);
        telemetry.triesAgain(HostKind.REGISTRY, Reason.THROTTLED);
        telemetry.triesAgain(HostKind.STORAGE, Reason.UNAVAILABLE);

        assertThat(metric("transship.retries").getUnit()).isEqualTo("{retry}");
        assertThat(metric("transship.retries").getLongSumData().getPoints())
                .extracting(LongPointData::getValue)
                .containsExactlyInAnyOrder(2L, 1L);
        assertThat(lines.all())
                .singleElement()
                .satisfies(line -> assertThat(line).startsWith("Throttled kind='registry': "));
    }

    @Test
    void daysUntilASasEndsAreAGaugeOfItsSecret() {
        telemetry.sasEnds(SECRET, CONTAINER, NOON.plus(Duration.ofHours(36)), false);
        telemetry.sasEnds(SECRET, CONTAINER, NOON.plus(Duration.ofHours(36)), false);

        MetricData days = metric("transship.sas.days");
        assertThat(days.getUnit()).isEqualTo("d");
        DoublePointData point = days.getDoubleGaugeData().getPoints().iterator().next();
        assertThat(point.getValue()).isEqualTo(1.5, within(0.001));
        assertThat(point.getAttributes().get(Names.SECRET)).isEqualTo("v/out-sas");
        assertThat(lines.all())
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .startsWith("SasExpiresSoon secret='https://v.vault.azure.net/secrets/out-sas' container='"
                                + CONTAINER + "' expiry='2026-03-03T00:00:00Z' daysLeft='1': "));
    }

    @Test
    void aSasThatIsRotatedOrLastsIsNoLine() {
        telemetry.sasEnds(SECRET, CONTAINER, NOON.plus(Duration.ofDays(2)), true);
        telemetry.sasEnds(SECRET, CONTAINER, NOON.plus(Duration.ofDays(8)), false);

        assertThat(lines.all()).isEmpty();
    }

    @Test
    void rotationsAreCountedByWhatBecameOfThem() {
        telemetry.rotated(new RotationOutcome.Failed(
                SECRET, CONTAINER, Optional.of(NOON.minus(Duration.ofDays(1))), Optional.of(-1L), 3, "refused"));

        LongPointData point = metric("transship.sas.rotations")
                .getLongSumData()
                .getPoints()
                .iterator()
                .next();
        assertThat(point.getAttributes().get(Names.ROTATION)).isEqualTo("failed");
        assertThat(metric("transship.sas.days").getDoubleGaugeData().getPoints())
                .extracting(DoublePointData::getValue)
                .containsExactly(-1.0);
    }

    @Test
    void theAgeOfAMessageIsInSecondsAndNeverNegative() {
        Step step = new Step(
                new ExecutionId(ResourceId.of("s", "g", "r", ResourceId.Type.PIPELINE_RUN, "one"), NOON),
                Leg.EXPORT,
                Step.Kind.PLAN,
                0,
                -1);

        telemetry.waited(step, NOON.minusSeconds(3));
        telemetry.waited(step, NOON.plusSeconds(3));

        MetricData age = metric("transship.queue.age");
        assertThat(age.getUnit()).isEqualTo("s");
        HistogramPointData point = age.getHistogramData().getPoints().iterator().next();
        assertThat(point.getMax()).isEqualTo(3);
        assertThat(point.getMin()).isZero();
    }

    @Test
    void aStepThatIsGivenUpAndWhatASweepFindsAreCounted() {
        Step step = new Step(
                new ExecutionId(ResourceId.of("s", "g", "r", ResourceId.Type.PIPELINE_RUN, "one"), NOON),
                Leg.IMPORT,
                Step.Kind.MOVE,
                0,
                2);

        telemetry.givenUp(step).close();
        telemetry.found(Finding.MISSED_ARCHIVE);

        assertThat(metric("transship.steps.poisoned").getUnit()).isEqualTo("{step}");
        assertThat(metric("transship.sweep.findings")
                        .getLongSumData()
                        .getPoints()
                        .iterator()
                        .next()
                        .getAttributes()
                        .get(Names.FINDING))
                .isEqualTo("missed_archive");
    }

    private MetricData metric(String name) {
        return metrics.collectAllMetrics().stream()
                .filter(metric -> metric.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }
}

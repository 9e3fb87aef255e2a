package io.transship.telemetry;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.Tracer;
import io.transship.core.content.RetryListener;
import io.transship.core.pipeline.rotation.RotationOutcome;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.RunStatus;
import io.transship.core.pipeline.run.Step;
import io.transship.core.pipeline.telemetry.ConnectionTelemetry;
import io.transship.core.pipeline.telemetry.FailureCause;
import io.transship.core.pipeline.telemetry.LogEvent;
import io.transship.core.pipeline.telemetry.RunTelemetry;
import io.transship.core.pipeline.telemetry.StepWatch;
import io.transship.core.storage.ContainerUri;
import io.transship.core.storage.SecretUri;
import io.transship.core.transfer.artifact.ArtifactOutcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** What the core tells, as spans, metrics and log lines. Thread-safe. */
public final class Telemetry implements RunTelemetry, ConnectionTelemetry {

    private static final System.Logger LOG = System.getLogger(Telemetry.class.getName());
    private static final String SCOPE = "io.transship";
    private static final Duration SOON = Duration.ofDays(7);
    private static final double SECONDS_OF_A_DAY = 86_400;

    private final Tracer tracer;
    private final Meters meters;
    private final Clock clock;
    private final ConcurrentMap<String, Instant> lastSaid = new ConcurrentHashMap<>();

    public Telemetry(OpenTelemetry openTelemetry, Clock clock) {
        this.tracer = openTelemetry.getTracer(SCOPE);
        this.meters = new Meters(openTelemetry.getMeter(SCOPE));
        this.clock = clock;
    }

    /** By the agent in this process; without one, only the log lines are made. */
    public static Telemetry ofThisProcess(Clock clock) {
        return new Telemetry(GlobalOpenTelemetry.get(), clock);
    }

    @Override
    public Optional<String> traceparent() {
        SpanContext current = Span.current().getSpanContext();
        return (current.isValid() ? Optional.of(current) : CurrentInvocation.span()).map(TraceParents::of);
    }

    @Override
    public StepWatch begun(PipelineRun run, Step step) {
        Instant start = clock.instant();
        Instant arrived = run.times().triggeredAt();
        if (arrived != null && run.status() == RunStatus.QUEUED && step.kind() == Step.Kind.PLAN) {
            meters.importDelay.record(
                    seconds(arrived, start),
                    Attributes.of(Names.PIPELINE, run.pipeline().name()));
        }
        return StepSpan.begin(
                tracer,
                run,
                step,
                (outcome, cause) -> meters.stepDuration.record(
                        seconds(start, clock.instant()),
                        Attributes.of(
                                Names.LEG,
                                step.leg().label(),
                                Names.STEP,
                                StepSpan.label(step),
                                Names.OUTCOME,
                                outcome)));
    }

    @Override
    public StepWatch givenUp(Step step) {
        meters.poisoned.add(1, Attributes.of(Names.LEG, step.leg().label(), Names.STEP, StepSpan.label(step)));
        return StepSpan.giveUp(tracer);
    }

    /** A message waited this long until its step began. */
    public void waited(Step step, Instant enqueued) {
        meters.queueAge.record(seconds(enqueued, clock.instant()), Attributes.of(Names.STEP, StepSpan.label(step)));
    }

    @Override
    public void moved(PipelineRun run, long sent, long copied, long saved) {
        moved(run, "sent", sent);
        moved(run, "copied", copied);
        moved(run, "saved", saved);
    }

    private void moved(PipelineRun run, String way, long bytes) {
        if (bytes > 0) {
            meters.bytes.add(
                    bytes,
                    Attributes.of(
                            Names.PIPELINE,
                            run.pipeline().name(),
                            Names.LEG,
                            run.leg().label(),
                            Names.WAY,
                            way));
        }
    }

    @Override
    public void ended(PipelineRun run, List<ArtifactOutcome> outcomes) {
        StepSpan.tellCurrent(run);
        @Nullable String code = run.status() == RunStatus.FAILED ? cause(outcomes).label() : null;
        Attributes attributes = Attributes.of(
                Names.PIPELINE,
                run.pipeline().name(),
                Names.LEG,
                run.leg().label(),
                Names.STATUS,
                run.status().label());
        meters.runs.add(
                1,
                attributes.toBuilder()
                        .put(Names.FAILURE_CODE, code == null ? Names.NO_FAILURE : code)
                        .build());
        meters.runDuration.record(seconds(run.times().requestedAt(), clock.instant()), attributes);
        for (ArtifactOutcome outcome : outcomes) {
            ended(run, outcome);
        }
        String line = about(run, "Run" + run.status().label())
                .with("code", code)
                .saying(run.message() == null ? "%s is over".formatted(run.label()) : run.message());
        LOG.log(
                switch (run.status()) {
                    case FAILED -> System.Logger.Level.ERROR;
                    case CANCELED -> System.Logger.Level.WARNING;
                    default -> System.Logger.Level.INFO;
                },
                line);
    }

    private static FailureCause cause(List<ArtifactOutcome> outcomes) {
        boolean allFailed = !outcomes.isEmpty()
                && outcomes.stream().allMatch(outcome -> outcome.status() == ArtifactOutcome.Status.FAILED);
        // Outside of a step, only the sweep ends runs.
        return StepSpan.currentCause().orElse(allFailed ? FailureCause.ARTIFACTS_FAILED : FailureCause.STOOD_STILL);
    }

    private void ended(PipelineRun run, ArtifactOutcome outcome) {
        String code = outcome.code();
        meters.artifacts.add(
                1,
                Attributes.of(
                        Names.PIPELINE,
                        run.pipeline().name(),
                        Names.LEG,
                        run.leg().label(),
                        Names.OUTCOME,
                        label(outcome.status()),
                        Names.FAILURE_CODE,
                        code == null ? Names.NO_FAILURE : code));
        if (outcome.status() == ArtifactOutcome.Status.FAILED) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    LogEvent.of("ArtifactFailed")
                            .with("run", run.id().name())
                            .with("pipeline", run.pipeline().name())
                            .with("artifact", outcome.artifact())
                            .with("digest", outcome.digest())
                            .with("code", code)
                            .saying(String.valueOf(outcome.message())));
        }
    }

    private static LogEvent about(PipelineRun run, String name) {
        return LogEvent.of(name)
                .with("run", run.id().name())
                .with("pipeline", run.pipeline().name())
                .with("leg", run.leg().label())
                .with("archive", run.archive())
                .with("digest", run.catalogDigest());
    }

    @Override
    public void found(Finding finding) {
        meters.findings.add(1, Attributes.of(Names.FINDING, label(finding)));
    }

    @Override
    public void triesAgain(HostKind host, RetryListener.Reason reason) {
        meters.retries.add(1, Attributes.of(Names.HOST_KIND, label(host), Names.REASON, label(reason)));
        if (reason == RetryListener.Reason.THROTTLED && isTimeToSay("throttled " + host, Duration.ofMinutes(1))) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    LogEvent.of("Throttled")
                            .with("kind", label(host))
                            .saying("it asks for fewer requests and is asked again later; said once a minute at most"));
        }
    }

    @Override
    public void sasEnds(SecretUri secret, ContainerUri container, Instant end, boolean rotated) {
        double days = daysUntil(end);
        meters.sasDays.set(days, Attributes.of(Names.SECRET, name(secret)));
        // That a rotation fails is said by the rotation.
        if (!rotated
                && days <= SOON.toDays()
                && isTimeToSay("expiry " + secret.key() + container, Duration.ofHours(1))) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    LogEvent.of("SasExpiresSoon")
                            .with("secret", secret)
                            .with("container", container)
                            .with("expiry", end)
                            .with("daysLeft", (long) Math.floor(days))
                            .saying(
                                    "the app does not rotate this SAS; write a new one into the secret, or declare sasRotation on the pipeline"));
        }
    }

    /** What became of a secret whose SAS is rotated. */
    public void rotated(RotationOutcome outcome) {
        Optional<Instant> end = switch (outcome) {
            case RotationOutcome.Kept kept -> Optional.of(kept.expiry());
            case RotationOutcome.Rotated renewed -> Optional.of(renewed.expiry());
            case RotationOutcome.Failed failed -> failed.expiry();
            case RotationOutcome.Busy busy -> Optional.empty();
        };
        end.ifPresent(when -> meters.sasDays.set(daysUntil(when), Attributes.of(Names.SECRET, name(outcome.secret()))));
        String what = outcome.getClass().getSimpleName().toLowerCase(Locale.ROOT);
        meters.rotations.add(1, Attributes.of(Names.SECRET, name(outcome.secret()), Names.ROTATION, what));
    }

    private boolean isTimeToSay(String what, Duration pause) {
        Instant now = clock.instant();
        AtomicBoolean due = new AtomicBoolean();
        lastSaid.compute(what, (unused, last) -> {
            due.set(last == null || !now.isBefore(last.plus(pause)));
            return due.get() ? now : last;
        });
        return due.get();
    }

    private double daysUntil(Instant end) {
        return Duration.between(clock.instant(), end).toSeconds() / SECONDS_OF_A_DAY;
    }

    private static double seconds(Instant from, Instant to) {
        return Math.max(0, Duration.between(from, to).toNanos() / 1e9);
    }

    private static String name(SecretUri secret) {
        return secret.vaultName() + "/" + secret.name();
    }

    private static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}

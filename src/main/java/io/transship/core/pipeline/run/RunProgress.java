package io.transship.core.pipeline.run;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How far the leg of a run is.
 *
 * @param contentsDone contents that are at the target
 * @param bytesDone bytes of the leg that are at the target
 * @param bytesSent bytes sent for them, over all attempts
 * @param bytesSaved bytes that need not be sent
 * @param bytesCopied bytes that the target's service fetched by itself, over all attempts
 */
public record RunProgress(
        int slicesDone, int contentsDone, long bytesDone, long bytesSent, long bytesSaved, long bytesCopied) {

    public static final RunProgress NONE = new RunProgress(0, 0, 0, 0, 0, 0);

    /**
     * The sum over the slices of a leg.
     *
     * @param plan absent until there is one
     */
    public static RunProgress of(@Nullable LegPlan plan, List<SliceProgress> slices) {
        if (plan != null && plan.present() && slices.isEmpty()) {
            return new RunProgress(plan.slices(), plan.contents(), plan.bytes(), 0, plan.bytes(), 0);
        }
        return new RunProgress(
                (int) slices.stream().filter(SliceProgress::done).count(),
                slices.stream().mapToInt(SliceProgress::contentsDone).sum(),
                slices.stream().mapToLong(SliceProgress::bytesDone).sum(),
                slices.stream().mapToLong(SliceProgress::bytesSent).sum(),
                slices.stream().mapToLong(SliceProgress::bytesSaved).sum(),
                slices.stream().mapToLong(SliceProgress::bytesCopied).sum());
    }

    /** How fast the leg of this run moves, on average since it began to; absent if that cannot be said. */
    public OptionalLong bytesPerSecond(PipelineRun run, Instant now) {
        Instant from = run.times().movingAt();
        if (from == null || run.plan() == null) {
            return OptionalLong.empty();
        }
        Instant finished = run.times().finishedAt();
        long millis = Duration.between(from, finished == null ? now : finished).toMillis();
        return millis <= 0 ? OptionalLong.empty() : OptionalLong.of(bytesDone * 1000 / millis);
    }

    /** How long the leg of this run will go on at that rate; absent if that cannot be said. */
    public Optional<Duration> timeLeft(PipelineRun run, Instant now) {
        LegPlan plan = run.plan();
        OptionalLong rate = bytesPerSecond(run, now);
        if (run.status() != RunStatus.MOVING || plan == null || rate.isEmpty() || rate.getAsLong() == 0) {
            return Optional.empty();
        }
        long left = Math.max(0, plan.bytes() - bytesDone);
        return Optional.of(Duration.ofSeconds(left / rate.getAsLong()));
    }
}

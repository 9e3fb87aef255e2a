package io.transship.core.pipeline.execution;

import io.transship.core.oci.Digest;
import io.transship.core.pipeline.run.LegPlan;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.PipelineRuns;
import io.transship.core.pipeline.run.PipelineRuns.Versioned;
import io.transship.core.pipeline.run.SliceProgress;
import io.transship.core.pipeline.telemetry.RunTelemetry;
import io.transship.core.transfer.TransferListener;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/**
 * Writes down how moving a slice goes on, and looks whether its run still wants it. Progress is for people: if it cannot be
 * written, the move goes on all the same. Thread-safe.
 *
 * <p>All slices of a run together write once a second at most, whatever the number of workers: each waits as many seconds as
 * there are slices, and they take turns.
 */
final class ProgressRecorder implements TransferListener {

    private static final System.Logger LOG = System.getLogger(ProgressRecorder.class.getName());
    private static final Duration LOOK = Duration.ofSeconds(2);

    private final PipelineRuns runs;
    private final PipelineRun run;
    private final SliceProgress before;
    private final Clock clock;
    private final Duration interval;
    private final LongAdder sent = new LongAdder();
    private final LongAdder arrived = new LongAdder();
    private final LongAdder saved = new LongAdder();
    private final LongAdder copied = new LongAdder();
    private final Set<String> placedBySending = ConcurrentHashMap.newKeySet();
    private final AtomicReference<Instant> nextWrite;
    private final AtomicReference<Instant> nextLook;
    private final RunTelemetry telemetry;
    private volatile boolean over;
    private long toldSent;
    private long toldCopied;
    private long toldSaved;

    /** Goes on from what earlier attempts at the slice have written. */
    ProgressRecorder(PipelineRuns runs, PipelineRun run, SliceProgress before, Clock clock, RunTelemetry telemetry) {
        this.runs = runs;
        this.run = run;
        this.before = before;
        this.clock = clock;
        this.telemetry = telemetry;
        LegPlan plan = run.plan();
        int slices = plan == null ? 1 : Math.max(1, plan.slices());
        this.interval = Duration.ofSeconds(slices);
        Instant now = clock.instant();
        this.nextWrite = new AtomicReference<>(now.plusSeconds(1 + before.slice() % slices));
        this.nextLook = new AtomicReference<>(now.plus(LOOK));
    }

    /** Whether the run is known to be over or to be another execution: nobody wants the slice any more. */
    boolean isOver() {
        return over;
    }

    @Override
    public void sent(long bytes) {
        sent.add(bytes);
        writeNowAndThen();
    }

    @Override
    public void arrived(long bytes) {
        arrived.add(bytes);
    }

    @Override
    public void saved(long bytes) {
        saved.add(bytes);
        writeNowAndThen();
    }

    @Override
    public void copied(long bytes) {
        copied.add(bytes);
        writeNowAndThen();
    }

    @Override
    public void placed(Digest content, boolean bySending) {
        if (bySending) {
            placedBySending.add(content.toString());
        }
    }

    /**
     * The progress as it is now.
     *
     * @param contents how many contents are at the target as far as is known
     */
    SliceProgress progress(boolean done, int contents, Map<String, String> broken) {
        long bytesDone = arrived.sum() + saved.sum() + copied.sum();
        long bytesSaved = before.bytesSaved() + newlySaved();
        Set<String> sentContents = new HashSet<>(before.sent());
        sentContents.addAll(placedBySending);
        return new SliceProgress(
                before.leg(),
                before.generation(),
                before.slice(),
                done,
                Math.max(contents, before.contentsDone()),
                Math.max(bytesDone, before.bytesDone()),
                before.bytesSent() + sent.sum(),
                bytesSaved,
                before.bytesCopied() + copied.sum(),
                sentContents,
                broken,
                clock.instant());
    }

    /** What an earlier attempt of this run sent is found at the target and not sent again, but it is no saving. */
    private long newlySaved() {
        return Math.max(0, saved.sum() - before.bytesDone());
    }

    /** Tells the telemetry what was moved since it was last told. */
    synchronized void tell() {
        long sentNow = sent.sum();
        long copiedNow = copied.sum();
        long savedNow = newlySaved();
        if (sentNow + copiedNow + savedNow > toldSent + toldCopied + toldSaved) {
            telemetry.moved(run, sentNow - toldSent, copiedNow - toldCopied, savedNow - toldSaved);
        }
        toldSent = sentNow;
        toldCopied = copiedNow;
        toldSaved = savedNow;
    }

    private void writeNowAndThen() {
        Instant now = clock.instant();
        if (isDue(nextLook, now, LOOK)) {
            look();
        }
        if (isDue(nextWrite, now, interval)) {
            tell();
            write();
        }
    }

    private static boolean isDue(AtomicReference<Instant> next, Instant now, Duration interval) {
        Instant due = next.get();
        return !now.isBefore(due) && next.compareAndSet(due, now.plus(interval));
    }

    private void write() {
        try {
            runs.noteProgress(run.execution(), progress(false, 0, before.broken()));
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "progress of '%s' was not written: %s".formatted(run.id(), e.getMessage()));
        }
    }

    private void look() {
        try {
            over = runs.find(run.id())
                    .map(Versioned::run)
                    .filter(now -> now.execution().equals(run.execution())
                            && !now.status().isFinal())
                    .isEmpty();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "'%s' could not be looked at: %s".formatted(run.id(), e.getMessage()));
        }
    }
}

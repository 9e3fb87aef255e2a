package io.transship.core.pipeline.execution;

import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.run.PipelineRuns;
import io.transship.core.pipeline.run.SliceProgress;
import io.transship.core.transfer.TransferListener;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/**
 * Writes down how moving a slice goes on, at most once a second. Progress is for people: if it cannot be written, the move
 * goes on all the same.
 */
final class ProgressRecorder implements TransferListener {

    private static final System.Logger LOG = System.getLogger(ProgressRecorder.class.getName());
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final PipelineRuns runs;
    private final ResourceId run;
    private final SliceProgress before;
    private final Clock clock;
    private final LongAdder sent = new LongAdder();
    private final LongAdder saved = new LongAdder();
    private final AtomicReference<Instant> lastWrite;

    /** Goes on from what earlier attempts at the slice have written. */
    ProgressRecorder(PipelineRuns runs, ResourceId run, SliceProgress before, Clock clock) {
        this.runs = runs;
        this.run = run;
        this.before = before;
        this.clock = clock;
        this.lastWrite = new AtomicReference<>(clock.instant());
    }

    @Override
    public void sent(long bytes) {
        sent.add(bytes);
        writeNowAndThen();
    }

    @Override
    public void saved(long bytes) {
        saved.add(bytes);
        writeNowAndThen();
    }

    /** The progress as it is now. */
    SliceProgress progress(boolean done, Map<String, String> broken) {
        long bytesDone = sent.sum() + saved.sum();
        // What an earlier attempt of this run sent is found at the target and not sent again, but it is no saving.
        long bytesSaved = before.bytesSaved() + Math.max(0, saved.sum() - before.bytesDone());
        return new SliceProgress(
                before.leg(),
                before.generation(),
                before.slice(),
                done,
                Math.max(bytesDone, before.bytesDone()),
                before.bytesSent() + sent.sum(),
                bytesSaved,
                broken);
    }

    private void writeNowAndThen() {
        Instant last = lastWrite.get();
        Instant now = clock.instant();
        if (Duration.between(last, now).compareTo(INTERVAL) < 0 || !lastWrite.compareAndSet(last, now)) {
            return;
        }
        try {
            runs.noteProgress(run, progress(false, before.broken()));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "progress of '%s' was not written: %s".formatted(run, e.getMessage()));
        }
    }
}

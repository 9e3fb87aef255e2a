package io.transship.local.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/**
 * Where the demo prints: whole lines, and progress that is one line drawn anew on a terminal and a line per second
 * elsewhere. For one thread.
 */
public final class Screen {

    private static final String CLEAR_LINE = "\r\u001b[2K";
    private static final int BAR_WIDTH = 24;
    private static final long LINE_PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

    private final PrintStream out;
    private final Kind kind;
    private String last = "";
    private long lastNanos = System.nanoTime() - LINE_PAUSE_NANOS;
    private String leg = "";
    private long legNanos;
    private long legBytes;

    /** What is behind the stream. */
    public enum Kind {
        TERMINAL,
        FILE
    }

    /** The stream stays open. */
    public Screen(PrintStream out, Kind kind) {
        this.out = out;
        this.kind = kind;
    }

    /** Prints a line, and ends progress that is being drawn. */
    public void line(String text) {
        clearProgress();
        out.println(text);
        out.flush();
    }

    /** Shows how far a run is. */
    public void progress(String label, Run run) {
        String text = describe(
                label,
                run,
                bytesPerSecond(label + run.progress().leg(), run.progress().bytesDone()));
        switch (kind) {
            case TERMINAL -> {
                last = text;
                out.print(CLEAR_LINE + text);
                out.flush();
            }
            case FILE -> {
                long now = System.nanoTime();
                if (!text.equals(last) && now - lastNanos >= LINE_PAUSE_NANOS) {
                    last = text;
                    lastNanos = now;
                    line(text);
                }
            }
        }
    }

    /** Bytes with a unit that suits them, such as {@code 198.3 MiB}. */
    public static String bytes(long count) {
        double left = (double) count;
        for (String unit : new String[] {"B", "KiB", "MiB"}) {
            if (left < 1024) {
                return String.format(Locale.ROOT, unit.equals("B") ? "%.0f %s" : "%.1f %s", left, unit);
            }
            left /= 1024;
        }
        return String.format(Locale.ROOT, "%.1f GiB", left);
    }

    /** Seconds with one decimal. */
    public static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }

    /** Since the leg that a run is on was first shown. */
    private long bytesPerSecond(String currentLeg, long bytesDone) {
        long now = System.nanoTime();
        if (!currentLeg.equals(leg)) {
            leg = currentLeg;
            legNanos = now;
            legBytes = bytesDone;
        }
        long millis = Duration.ofNanos(now - legNanos).toMillis();
        return millis == 0 ? 0 : (bytesDone - legBytes) * 1000 / millis;
    }

    private void clearProgress() {
        if (kind == Kind.TERMINAL && !last.isEmpty()) {
            out.print(CLEAR_LINE);
            last = "";
        }
    }

    private static String describe(String label, Run run, long bytesPerSecond) {
        Run.Progress progress = run.progress();
        String leg = progress.leg().isEmpty() ? label : progress.leg();
        String status = run.status().isEmpty() ? run.state() : run.status();
        return String.format(
                Locale.ROOT,
                "  %-7s %s %3.0f %%  %s of %s  %d/%d artifacts  %s/s  %s",
                leg,
                bar(progress.percentage()),
                progress.percentage(),
                bytes(progress.bytesDone()),
                bytes(progress.bytesTotal()),
                progress.artifactsDone(),
                progress.artifactsTotal(),
                bytes(bytesPerSecond),
                status.toLowerCase(Locale.ROOT));
    }

    private static String bar(double percentage) {
        int full = (int) Math.round(Math.clamp(percentage, 0, 100) / 100 * BAR_WIDTH);
        return "[" + "#".repeat(full) + ".".repeat(BAR_WIDTH - full) + "]";
    }
}

package io.transship.core.pipeline.run;

import java.util.List;

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

    /** The sum over the slices of a leg. */
    public static RunProgress of(List<SliceProgress> slices) {
        return new RunProgress(
                (int) slices.stream().filter(SliceProgress::done).count(),
                slices.stream().mapToInt(SliceProgress::contentsDone).sum(),
                slices.stream().mapToLong(SliceProgress::bytesDone).sum(),
                slices.stream().mapToLong(SliceProgress::bytesSent).sum(),
                slices.stream().mapToLong(SliceProgress::bytesSaved).sum(),
                slices.stream().mapToLong(SliceProgress::bytesCopied).sum());
    }
}

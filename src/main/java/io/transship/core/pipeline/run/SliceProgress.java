package io.transship.core.pipeline.run;

import java.util.Map;

/**
 * What is known of moving one slice: for people, and for the worker that asks whether it was the last.
 *
 * @param done whether all of the slice was found moved
 * @param bytesDone bytes of it that are at the target
 * @param bytesSent bytes that were sent for it, over all attempts: more than it has bytes if some were sent twice
 * @param bytesSaved bytes of it that need not be sent, because the target had them before this run began to send them
 * @param broken contents that could not be moved, by digest, with the reason
 */
public record SliceProgress(
        Leg leg,
        int generation,
        int slice,
        boolean done,
        long bytesDone,
        long bytesSent,
        long bytesSaved,
        Map<String, String> broken) {

    public SliceProgress {
        broken = Map.copyOf(broken);
    }

    public static SliceProgress notBegun(Leg leg, int generation, int slice) {
        return new SliceProgress(leg, generation, slice, false, 0, 0, 0, Map.of());
    }
}

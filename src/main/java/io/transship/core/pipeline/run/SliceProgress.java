package io.transship.core.pipeline.run;

import java.time.Instant;
import java.util.Map;
import java.util.Set;

/**
 * What is known of moving one slice: for people, and for the worker that asks whether it was the last.
 *
 * @param done whether all of the slice was found moved
 * @param contentsDone contents of it that are at the target; of an export, those that end in a done slice
 * @param bytesDone bytes of it that are at the target
 * @param bytesSent bytes that were sent for it, over all attempts: more than it has bytes if some were sent twice
 * @param bytesSaved bytes of it that need not be sent, because the target had them before this run began to send them
 * @param bytesCopied bytes of it that the target's service fetched by itself, over all attempts
 * @param sent digests of the contents that an import sent; what it did not send it found
 * @param broken contents that could not be moved, by digest, with the reason
 * @param at when this was written
 */
public record SliceProgress(
        Leg leg,
        int generation,
        int slice,
        boolean done,
        int contentsDone,
        long bytesDone,
        long bytesSent,
        long bytesSaved,
        long bytesCopied,
        Set<String> sent,
        Map<String, String> broken,
        Instant at) {

    public SliceProgress {
        sent = Set.copyOf(sent);
        broken = Map.copyOf(broken);
    }

    public static SliceProgress notBegun(Leg leg, int generation, int slice) {
        return new SliceProgress(leg, generation, slice, false, 0, 0, 0, 0, 0, Set.of(), Map.of(), Instant.EPOCH);
    }
}

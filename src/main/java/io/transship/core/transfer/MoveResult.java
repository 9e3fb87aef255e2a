package io.transship.core.transfer;

import io.transship.core.oci.Digest;
import java.util.Map;

/**
 * How moving a slice ended.
 *
 * @param finished false if the deadline passed first: the same slice has to be moved again
 * @param contents how many contents of the slice are at the target; not counted where it is not finished or has none that
 *     can be told apart
 * @param broken contents that cannot be had in one piece, with the reason; only where errors do not stop the run
 */
public record MoveResult(boolean finished, int contents, Map<Digest, String> broken) {

    /** The deadline passed first. */
    public static final MoveResult UNFINISHED = new MoveResult(false, 0, Map.of());

    /** Everything is at the target. */
    public static MoveResult finished(int contents) {
        return new MoveResult(true, contents, Map.of());
    }

    public MoveResult {
        broken = Map.copyOf(broken);
    }
}

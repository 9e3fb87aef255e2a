package io.transship.core.transfer;

import io.transship.core.oci.Digest;
import java.util.Map;

/**
 * How moving a slice ended.
 *
 * @param finished false if the deadline passed first: the same slice has to be moved again
 * @param broken contents that cannot be had in one piece, with the reason; only where errors do not stop the run
 */
public record MoveResult(boolean finished, Map<Digest, String> broken) {

    static final MoveResult FINISHED = new MoveResult(true, Map.of());
    static final MoveResult UNFINISHED = new MoveResult(false, Map.of());

    public MoveResult {
        broken = Map.copyOf(broken);
    }
}

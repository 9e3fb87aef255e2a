package io.transship.core.transfer.block;

import io.transship.core.storage.BlobProperties;
import java.util.Set;

/** How sealing an archive ended. */
public sealed interface SealResult {

    /** The archive is there, whole. */
    record Sealed(BlobProperties archive) implements SealResult {}

    /** Blocks of these slices are missing, for example because the service dropped them after a week: move them again. */
    record Incomplete(Set<Integer> slices) implements SealResult {
        public Incomplete {
            slices = Set.copyOf(slices);
        }
    }
}

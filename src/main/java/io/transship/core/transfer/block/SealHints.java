package io.transship.core.transfer.block;

import io.transship.core.transfer.block.BlockLayout.Unit;
import java.util.List;
import java.util.Map;

/** Metadata of an archive's blob beside its own; nobody may rely on it, because copy tools lose it. */
@FunctionalInterface
public interface SealHints {

    /**
     * The metadata, when it is decided of which blocks the archive is made.
     *
     * @param copied units of which the target's service fetched a block by itself, so that nobody has verified them whole
     */
    Map<String, String> of(List<Unit> copied);
}

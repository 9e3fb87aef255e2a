package io.transship.core.transfer.block;

import io.transship.core.transfer.block.BlockLayout.Unit;
import java.io.IOException;
import java.util.Optional;

/** Says of which units the target's service may fetch the blocks by itself, and has it do so. Thread-safe. */
@FunctionalInterface
interface UnitCopies {

    /** Has one block of a unit fetched. Called from several threads at once. */
    @FunctionalInterface
    interface BlockCopy {

        /**
         * Stages the block.
         *
         * @param offset in the unit
         * @return false if the service cannot do it
         */
        boolean stage(String id, long offset, int length) throws IOException;
    }

    /** How the blocks of a unit are fetched; empty for one that is read and sent. Asked once for each unit. */
    Optional<BlockCopy> of(Unit unit);
}

/**
 * Artifacts on their way: export of a registry's artifacts into an archive, import of an archive's artifacts into a registry,
 * and what becomes of each. Plan, move and seal may each run again at any time, because the destination is the checkpoint. How
 * blocks are staged is no business of this package, nor is where plans and progress are kept.
 */
@NullMarked
package io.transship.core.transfer.artifact;

import org.jspecify.annotations.NullMarked;

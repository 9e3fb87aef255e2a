/**
 * How an archive comes to be at a container: cut into blocks, staged by any number of workers, and committed once; and the
 * relay, which is nothing but that. What is staged is the checkpoint, so each step may run again at any time. What the bytes
 * mean is not known here: registries and artifacts never enter.
 */
@NullMarked
package io.transship.core.transfer.block;

import org.jspecify.annotations.NullMarked;

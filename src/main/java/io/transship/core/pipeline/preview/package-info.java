/**
 * What is known before a run, found out by reading only: what a run would do, what an archive holds, how long a pipeline's SAS
 * will last. Nothing here writes anything anywhere.
 */
@NullMarked
package io.transship.core.pipeline.preview;

import org.jspecify.annotations.NullMarked;

/**
 * What executes runs: the runner, which takes one step and enqueues what follows, the work of each leg, and the connections
 * that a pipeline needs. What a run is and where it is kept is not decided here.
 */
@NullMarked
package io.transship.core.pipeline.execution;

import org.jspecify.annotations.NullMarked;

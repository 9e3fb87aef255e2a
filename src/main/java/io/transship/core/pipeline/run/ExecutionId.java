package io.transship.core.pipeline.run;

import io.transship.core.pipeline.ResourceId;
import java.time.Instant;

/**
 * One execution of a run. A run that is asked for again, retried, or deleted and created anew has another one under the same
 * name: steps, slices and documents belong to an execution, so that what comes late from an older one meets nothing.
 *
 * @param requestedAt when it was asked for, which tells it from the others
 */
public record ExecutionId(ResourceId run, Instant requestedAt) {}

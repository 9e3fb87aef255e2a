/**
 * Pipeline runs: one execution of a pipeline as a value with legal transitions only, the steps it is made of, how it is
 * started, and the ports that keep runs and pass steps on. Nothing here knows which queue or table that is, or executes a
 * step.
 */
@NullMarked
package io.transship.core.pipeline.run;

import org.jspecify.annotations.NullMarked;

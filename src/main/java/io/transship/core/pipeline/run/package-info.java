/**
 * Pipeline runs: one execution of a pipeline as a value with legal transitions only, the steps it is made of, the ports
 * that keep runs and pass steps on, and the runner that executes a step. Nothing here knows which queue or table that is.
 */
@NullMarked
package io.transship.core.pipeline.run;

import org.jspecify.annotations.NullMarked;

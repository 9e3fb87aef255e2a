/**
 * Preflight: looks at every hop that a pipeline needs, each by itself, before someone trusts it with a run. Nothing here
 * leaves anything visible at a registry or in a container, and no secret is in what it says.
 */
@NullMarked
package io.transship.core.pipeline.preflight;

import org.jspecify.annotations.NullMarked;

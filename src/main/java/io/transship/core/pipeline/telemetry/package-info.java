/**
 * What happens to runs and connections, told in the field's words to whoever measures it. Nothing here knows what becomes
 * of it: spans, metrics and log lines are made by an adapter. What is told never changes what is done.
 */
@NullMarked
package io.transship.core.pipeline.telemetry;

import org.jspecify.annotations.NullMarked;

/**
 * Turns what the core tells of runs and connections into spans, metrics and log lines: the only user of OpenTelemetry's API.
 * There is no SDK in the package, so without an agent in the process spans and metrics are no-ops, and the log lines remain.
 */
@NullMarked
package io.transship.telemetry;

import org.jspecify.annotations.NullMarked;

/** What was measured, in figures: statistics, tables, JSON, a chart, and whether what must hold holds. */
@NullMarked
package io.transship.bench.report;

import org.jspecify.annotations.NullMarked;

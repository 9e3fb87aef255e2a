/** Benchmarks, run by {@code ./dev bench}: they print figures and assert nothing. Tests measure no time. */
@NullMarked
package io.transship.bench;

import org.jspecify.annotations.NullMarked;

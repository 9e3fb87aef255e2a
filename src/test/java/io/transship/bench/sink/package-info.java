/** A fast stand-in for Blob Storage, for benchmarks only, in a process of its own. Correctness is judged on Azurite. */
@NullMarked
package io.transship.bench.sink;

import org.jspecify.annotations.NullMarked;

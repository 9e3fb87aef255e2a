/** Seeded artifacts that the speed comparison moves: the same seed makes the same digests on every machine. */
@NullMarked
package io.transship.bench.data;

import org.jspecify.annotations.NullMarked;

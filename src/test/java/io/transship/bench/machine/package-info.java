/** What the Linux kernel counts of processes and of the machine. */
@NullMarked
package io.transship.bench.machine;

import org.jspecify.annotations.NullMarked;

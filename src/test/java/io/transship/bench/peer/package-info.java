/** Who is compared: Transship, the tools that a user would pick instead, and the least that a program can do. */
@NullMarked
package io.transship.bench.peer;

import org.jspecify.annotations.NullMarked;

/**
 * The composition root: the one place that knows the core and every adapter. Nothing is decided here.
 */
@NullMarked
package io.transship.functions.wiring;

import org.jspecify.annotations.NullMarked;

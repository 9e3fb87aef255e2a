/**
 * The functions that nobody calls: queue, timer and Event Grid triggers, and the events that they parse. Each takes its
 * message apart, calls the core and logs what became of it.
 */
@NullMarked
package io.transship.functions.event;

import org.jspecify.annotations.NullMarked;

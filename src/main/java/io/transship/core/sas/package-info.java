/**
 * All that can be known of a shared access signature without asking a service: its parts, what a task needs of it,
 * and every problem it has, each with the next step. A signature never leaves this package in a message.
 */
@NullMarked
package io.transship.core.sas;

import org.jspecify.annotations.NullMarked;

/**
 * How fast a registry is asked: one pace for each registry in a process, whoever asks it. What a registry publishes as its
 * limits is kept, and what it says by 429 is learned. Below the retries and above the connection: a wait is neither a
 * failure nor part of a time-out.
 */
@NullMarked
package io.transship.core.registry.pace;

import org.jspecify.annotations.NullMarked;

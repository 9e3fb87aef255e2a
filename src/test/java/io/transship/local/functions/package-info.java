/**
 * The local Azure Functions host: what makes invocations happen (HTTP, Event Grid's webhook, storage queues, timers) and
 * the process around it. It is stricter than Azure wherever Azure fails late or silently. How a packaged app is loaded
 * and how one invocation runs is in {@code app}; nothing here knows Transship's own functions.
 */
@NullMarked
package io.transship.local.functions;

import org.jspecify.annotations.NullMarked;

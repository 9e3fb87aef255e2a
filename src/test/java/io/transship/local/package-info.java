/**
 * The local cloud: real registries and Azurite as processes, doubles for what has no local original (Key Vault, the
 * identity endpoint, Event Grid), and a function host that runs the packaged app. Used by the integration tests and
 * by {@code ./dev}; never packaged.
 */
@NullMarked
package io.transship.local;

import org.jspecify.annotations.NullMarked;

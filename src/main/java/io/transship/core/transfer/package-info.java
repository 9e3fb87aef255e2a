/**
 * The words that every transfer is told in: what it is measured by, when it stops, how its parts end, and how it fails. Export,
 * relay and import are made of them in the packages below; nothing here moves a byte, and nothing here or below knows queues,
 * tables or how a pipeline is configured.
 */
@NullMarked
package io.transship.core.transfer;

import org.jspecify.annotations.NullMarked;

/**
 * Plan, move and seal: the three steps of export, relay and import, each safe to run again at any time because the
 * destination is the checkpoint. Nothing here knows queues, tables or how a pipeline is configured.
 */
@NullMarked
package io.transship.core.transfer;

import org.jspecify.annotations.NullMarked;

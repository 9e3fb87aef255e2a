/**
 * What a person sees of a transfer: a client of the app's HTTP surface, the progress of a run and the summary. Knows
 * addresses and keys, never how the cloud behind them is started.
 */
@NullMarked
package io.transship.local.demo;

import org.jspecify.annotations.NullMarked;

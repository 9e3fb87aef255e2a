/**
 * SAS that are renewed before they expire: which secrets the pipelines want rotated and with which rights, when one is due,
 * the one writer of each, and what became of it. Nothing here knows a trigger, a vault's or a storage account's protocol.
 */
@NullMarked
package io.transship.core.pipeline.rotation;

import org.jspecify.annotations.NullMarked;

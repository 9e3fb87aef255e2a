/**
 * The OCI distribution API: the {@link io.transship.core.registry.Registry} and {@link
 * io.transship.core.registry.Repository} ports and our client for them, one class for each exchange, retries in
 * exactly one layer. Nothing here knows archives, Azure Storage or pipelines.
 */
@NullMarked
package io.transship.core.registry;

import org.jspecify.annotations.NullMarked;

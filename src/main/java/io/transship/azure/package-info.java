/**
 * What all uses of an Azure SDK share: the HTTP client with the one layer of retries, and exceptions without secrets. The
 * adapters are in the rooms below, by service. Decisions about transfers are never made here.
 */
@NullMarked
package io.transship.azure;

import org.jspecify.annotations.NullMarked;

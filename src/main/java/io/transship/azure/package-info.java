/**
 * Every use of an Azure SDK: adapters that implement the ports of {@code core} over Blob, Queue and Table Storage,
 * Key Vault and Entra identity. Decisions about transfers are never made here.
 */
@NullMarked
package io.transship.azure;

import org.jspecify.annotations.NullMarked;

/**
 * Secrets of Key Vault: read, kept for some minutes, written as new versions, and its errors in words.
 */
@NullMarked
package io.transship.azure.vault;

import org.jspecify.annotations.NullMarked;

/**
 * Blob containers over the SDK, with the service's errors in words; blocks that one service fetches from another; and the
 * issuing of SAS. The app's own state is kept in the room beside.
 */
@NullMarked
package io.transship.azure.blob;

import org.jspecify.annotations.NullMarked;

/**
 * What a run would do, found out by reading only: artifacts, contents, bytes to move and to save, requests, and the tags that
 * would change. Nothing here writes anything anywhere.
 */
@NullMarked
package io.transship.core.pipeline.preview;

import org.jspecify.annotations.NullMarked;

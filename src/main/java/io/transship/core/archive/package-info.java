/**
 * The archive: an OCI image layout in one planned, reproducible tar, and the reader for it and for archives of other
 * tools. The format is written down in {@code docs/archive-format.md}. Nothing here knows HTTP, registries or Azure:
 * a tar in memory is enough to test all of it.
 */
@NullMarked
package io.transship.core.archive;

import org.jspecify.annotations.NullMarked;

/**
 * The tar format, as far as an archive needs it: headers that are the same whoever writes them, and a walk over headers
 * that trusts nothing. Nothing here knows OCI, JSON or a table of contents.
 */
@NullMarked
package io.transship.core.archive.tar;

import org.jspecify.annotations.NullMarked;

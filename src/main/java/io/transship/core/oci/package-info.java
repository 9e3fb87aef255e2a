/**
 * What an artifact is: digests, descriptors, media types, references and manifests, as pure values that are parsed
 * once and trusted ever after. No I/O lives here and never will: nothing in this package opens a stream, a socket or
 * a file.
 */
@NullMarked
package io.transship.core.oci;

import org.jspecify.annotations.NullMarked;

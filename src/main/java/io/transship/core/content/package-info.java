/**
 * How bytes move and are proven: reopenable streams, random access by range, verification of size and digest, the
 * bounded walk of a content graph, and URIs that are fit for a log. Nothing here knows a registry, a tar file or a
 * storage service.
 */
@NullMarked
package io.transship.core.content;

import org.jspecify.annotations.NullMarked;

/**
 * The blob container as a port: names, access, properties, staged blocks and the errors of a storage service in words
 * an operator can act on; beside it the port for secrets that open containers. No SDK type appears here.
 */
@NullMarked
package io.transship.core.storage;

import org.jspecify.annotations.NullMarked;

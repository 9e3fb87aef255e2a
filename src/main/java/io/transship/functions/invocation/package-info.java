/**
 * What each function does first: says on whose behalf its thread works from now on.
 */
@NullMarked
package io.transship.functions.invocation;

import org.jspecify.annotations.NullMarked;

/**
 * What a POST to a pipeline does, besides changing it: preflight, plan, and looks into its archives. The path is read, and the
 * pipeline found, by {@code functions.arm}.
 */
@NullMarked
package io.transship.functions.arm.verb;

import org.jspecify.annotations.NullMarked;

/**
 * What can go wrong, through the running app: every failure ends its run with words that name the thing, the cause and the
 * next step, tells no secret, and makes nothing visible that is wrong.
 */
@NullMarked
package io.transship.failures;

import org.jspecify.annotations.NullMarked;

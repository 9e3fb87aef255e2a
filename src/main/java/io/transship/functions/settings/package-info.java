/**
 * The app settings, parsed once into values with every problem kept, and the check of the JVM at start. No trigger lives here.
 */
@NullMarked
package io.transship.functions.settings;

import org.jspecify.annotations.NullMarked;

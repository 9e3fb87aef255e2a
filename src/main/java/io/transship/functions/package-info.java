/**
 * Where the app starts: one thin class for each Azure Function, which parses its trigger, calls the core and maps the
 * result, and the settings and wiring they share. Nothing here moves a byte of an artifact.
 */
@NullMarked
package io.transship.functions;

import org.jspecify.annotations.NullMarked;

/**
 * Where the app starts: what gives the worker its function objects. The functions themselves are in the rooms below, by
 * what starts them. Nothing here moves a byte of an artifact.
 */
@NullMarked
package io.transship.functions;

import org.jspecify.annotations.NullMarked;

/**
 * The judge of a transfer: sample artifacts that fill a registry, and a comparison of two registries digest by digest.
 * It speaks to registries by itself and never through code of the app, whose work it has to judge.
 */
@NullMarked
package io.transship.local.artifacts;

import org.jspecify.annotations.NullMarked;

/**
 * What a timer does for runs: finds archives whose arrival nobody announced, sets runs going again that stand still, ends those
 * that cannot go on, keeps reports of those that are over, and removes old ones. Nothing here moves a byte of an artifact.
 */
@NullMarked
package io.transship.core.pipeline.upkeep;

import org.jspecify.annotations.NullMarked;

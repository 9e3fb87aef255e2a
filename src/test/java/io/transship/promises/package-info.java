/**
 * What the product promises, proven on the packaged app in the local cloud: archives are reproducible and other tools read
 * them, events may come twice, a host may die at any time, memory does not depend on sizes, and a SAS is renewed before it
 * expires. What it says when something fails is in {@code failures}.
 */
@NullMarked
package io.transship.promises;

import org.jspecify.annotations.NullMarked;

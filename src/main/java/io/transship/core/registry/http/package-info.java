/**
 * The manners of HTTP towards a registry: which failures are worth another attempt, where a redirect may lead, what an
 * answer says. It never knows what a registry is: no media types, no scopes, no digests.
 */
@NullMarked
package io.transship.core.registry.http;

import org.jspecify.annotations.NullMarked;

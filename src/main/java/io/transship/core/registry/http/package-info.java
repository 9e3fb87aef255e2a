/**
 * One small seam for HTTP: requests with bodies that can be opened again, streamed responses, which failures are worth
 * another attempt, where a redirect may lead. The only package that knows which HTTP library we use. It never knows what
 * a registry is: no media types, no scopes, no digests.
 */
@NullMarked
package io.transship.core.registry.http;

import org.jspecify.annotations.NullMarked;

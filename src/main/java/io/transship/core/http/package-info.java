/**
 * HTTP/1.1 over blocking sockets: requests with bodies that can be opened again, streamed responses. The only package that
 * knows which HTTP library we use, for registries and for storage. Nothing here tries again, follows a redirect or logs in.
 */
@NullMarked
package io.transship.core.http;

import org.jspecify.annotations.NullMarked;

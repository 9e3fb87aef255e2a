package io.transship.core.http;

import io.transship.core.content.StreamSupplier;
import java.io.ByteArrayInputStream;

/**
 * A request body of known length, opened once for each time it is sent.
 *
 * @param length in bytes; a stream that ends earlier breaks the request, what follows the length is not read
 */
public record HttpBody(long length, StreamSupplier content) {

    public HttpBody {
        if (length < 0) {
            throw new IllegalArgumentException("length of a body is negative: " + length);
        }
    }

    /** The body of a POST or PUT that says nothing. */
    public static HttpBody empty() {
        return of(new byte[0]);
    }

    /** A body from an array, which must not be changed until the request is done. */
    public static HttpBody of(byte[] content) {
        return of(content, 0, content.length);
    }

    /** A body from a part of an array, which must not be changed until the request is done. */
    public static HttpBody of(byte[] content, int offset, int length) {
        return new HttpBody(length, () -> new ByteArrayInputStream(content, offset, length));
    }
}

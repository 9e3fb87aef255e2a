package io.transship.core.http;

import java.io.IOException;

/**
 * Sends one request and hands back its response as it is: no retry, no redirect, no authentication, no cookies, no
 * decompression. Thread-safe; holds connections until it is closed.
 */
public interface HttpTransport extends AutoCloseable {

    /**
     * Sends a request and reads the head of its response. The caller closes the response.
     *
     * @throws ConnectionException if there is no connection, it breaks, or the peer stays silent for too long
     * @throws IOException whatever opening or reading the request's body throws, as it is
     */
    HttpResponse execute(HttpRequest request) throws IOException;

    @Override
    void close();
}

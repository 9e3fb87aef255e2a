package io.transship.core.http;

import java.io.IOException;

/** Thrown when there was no whole response: no address, no connection, a broken or a silent one. */
public final class ConnectionException extends IOException {

    public ConnectionException(String message, Throwable cause) {
        super(message, cause);
    }
}

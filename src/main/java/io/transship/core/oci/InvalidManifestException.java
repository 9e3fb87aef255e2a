package io.transship.core.oci;

import java.io.IOException;

/** Thrown when bytes that should be a manifest are none, or one of a kind that cannot be carried; the message says why. */
public final class InvalidManifestException extends IOException {

    public InvalidManifestException(String message) {
        super(message);
    }

    public InvalidManifestException(String message, Throwable cause) {
        super(message, cause);
    }
}

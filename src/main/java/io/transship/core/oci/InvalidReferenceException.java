package io.transship.core.oci;

/** Thrown when a text that should name an artifact, a repository, a tag or a digest does not; the message says why. */
public final class InvalidReferenceException extends IllegalArgumentException {

    public InvalidReferenceException(String message) {
        super(message);
    }
}

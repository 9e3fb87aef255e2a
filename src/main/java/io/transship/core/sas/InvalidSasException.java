package io.transship.core.sas;

/** Thrown when a text is no shared access signature; the message says why and never shows the text. */
public final class InvalidSasException extends IllegalArgumentException {

    public InvalidSasException(String message) {
        super(message);
    }
}

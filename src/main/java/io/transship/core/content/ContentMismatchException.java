package io.transship.core.content;

import io.transship.core.oci.Descriptor;
import java.io.IOException;

/** Thrown when bytes are not the content that their descriptor promises. Reading them again may help, using them never. */
public final class ContentMismatchException extends IOException {

    private final Descriptor expected;

    public ContentMismatchException(Descriptor expected, String message) {
        super(message);
        this.expected = expected;
    }

    /** What the bytes should have been. */
    public Descriptor expected() {
        return expected;
    }
}

package io.transship.core.transfer;

import io.transship.core.content.ContentMismatchException;
import io.transship.core.oci.Digest;
import java.io.IOException;
import java.util.Optional;

/** Thrown when one content cannot be had for good, while everything else may be fine. */
public final class BrokenContentException extends IOException {

    private final Digest content;

    public BrokenContentException(Digest content, IOException cause) {
        super(cause.getMessage(), cause);
        this.content = content;
    }

    /** The content that a failure is about, if it is about one. */
    public static Optional<Digest> contentOf(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BrokenContentException broken) {
                return Optional.of(broken.content);
            }
            if (cause instanceof ContentMismatchException mismatch) {
                return Optional.of(mismatch.expected().digest());
            }
        }
        return Optional.empty();
    }
}

package io.transship.core.transfer;

import java.io.IOException;

/** Thrown when a transfer stops because nobody wants it any more. */
public final class TransferCanceledException extends IOException {

    private static final long serialVersionUID = 1L;

    public TransferCanceledException(String message) {
        super(message);
    }
}

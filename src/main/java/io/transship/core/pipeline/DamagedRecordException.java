package io.transship.core.pipeline;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when something that the app keeps of a pipeline or run is lost or cannot be read. No repetition cures it; the message
 * names it and says what to do.
 */
public final class DamagedRecordException extends IOException {

    private static final long serialVersionUID = 1L;

    public DamagedRecordException(String message, @Nullable Exception cause) {
        super(message, cause);
    }
}

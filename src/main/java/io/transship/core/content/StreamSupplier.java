package io.transship.core.content;

import java.io.IOException;
import java.io.InputStream;

/** A body that can be opened more than once, so that an exchange that broke can start over. */
@FunctionalInterface
public interface StreamSupplier {

    /** Opens the content at its first byte; the caller closes the stream. */
    InputStream open() throws IOException;

    /**
     * Whether the streams prove size and digest themselves before they hand out their last byte, so that nobody has to pay for
     * it again.
     */
    default boolean isVerified() {
        return false;
    }

    /** A supplier of streams that do. */
    static StreamSupplier verified(StreamSupplier content) {
        return new StreamSupplier() {
            @Override
            public InputStream open() throws IOException {
                return content.open();
            }

            @Override
            public boolean isVerified() {
                return true;
            }
        };
    }
}

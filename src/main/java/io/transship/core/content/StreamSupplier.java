package io.transship.core.content;

import java.io.IOException;
import java.io.InputStream;

/** A body that can be opened more than once, so that an exchange that broke can start over. */
@FunctionalInterface
public interface StreamSupplier {

    /** Opens the content at its first byte; the caller closes the stream. */
    InputStream open() throws IOException;
}

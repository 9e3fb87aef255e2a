package io.transship.core.content;

import io.transship.core.oci.Descriptor;
import java.io.IOException;
import java.io.InputStream;

/** Where the bytes of content come from: a registry or an archive. Thread-safe. */
@FunctionalInterface
public interface ContentSource {

    /**
     * Opens content from an offset to its end; the caller closes the stream. The bytes are not verified unless an
     * implementation says so.
     */
    InputStream open(Descriptor content, long offset) throws IOException;
}

package io.transship.core.registry;

import java.io.IOException;
import java.util.List;

/** One registry. Thread-safe; holds connections until it is closed. */
public interface Registry extends AutoCloseable {

    /** Host and port, as an operator knows the registry: for messages and for the archive's table of contents. */
    String name();

    /** A view on one of its repositories, which need not exist: reading from it will tell. Makes no request. */
    Repository repository(String name);

    /** All repositories in the registry's own order, read page by page. */
    List<String> catalog() throws IOException;

    @Override
    void close();
}

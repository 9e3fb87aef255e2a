package io.transship.core.registry;

import java.io.IOException;
import java.util.List;

/** One registry. Thread-safe; holds connections until it is closed. */
public interface Registry extends AutoCloseable {

    /** Host and port, as an operator knows the registry: for messages and for the archive's table of contents. */
    String name();

    /** A view on one of its repositories, which need not exist: reading from it will tell. Makes no request. */
    Repository repository(String name);

    /**
     * Asks whether the registry speaks the distribution API and knows who we are; says nothing about rights.
     *
     * @throws RegistryException with {@link RegistryException.Kind#UNAUTHORIZED} if it does not know us
     * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#determining-support">
     *     distribution-spec 1.1, determining support</a>
     */
    void login() throws IOException;

    /** All repositories in the registry's own order, read page by page. */
    List<String> catalog() throws IOException;

    @Override
    void close();
}

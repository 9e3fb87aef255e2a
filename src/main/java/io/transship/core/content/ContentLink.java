package io.transship.core.content;

import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/**
 * The way to a content where its registry keeps it, for a service that is to fetch the content by itself. A registry that does
 * not serve contents itself leads to their storage by addresses that open them for a while, to whoever has one. So an address
 * is secret: it goes to that service, and into no text. Nothing is asked for before the first address is. Thread-safe.
 */
public interface ContentLink {

    /** Who gives the addresses: the host of the registry. Fit to be shown. */
    String registry();

    /**
     * An address that opens the content now, as far as is known.
     *
     * @return empty if the registry serves the content itself
     * @throws IOException if the registry refuses, cannot be reached, or leads to where it must not
     */
    Optional<URI> address() throws IOException;

    /**
     * An address in place of one that was refused, because its time is over, for example: a new one, or the one that another
     * caller has got meanwhile.
     *
     * @return empty if the registry serves the content itself
     * @throws IOException as for {@link #address}
     */
    Optional<URI> insteadOf(URI refused) throws IOException;
}

package io.transship.core.registry;

import io.transship.core.content.ContentLink;
import io.transship.core.http.HttpRequest;
import io.transship.core.oci.Descriptor;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/**
 * Where a blob is kept outside of its registry, as the redirect of a GET says. Of a registry that has no such place one byte is
 * read. What the redirect may name is the same as for a blob that is read. Thread-safe; shows no address.
 */
final class BlobLink implements ContentLink {

    private final RegistryExchange exchange;
    private final Operation operation;
    private final URI uri;

    private boolean asked;

    /** What the registry said last. */
    private Optional<URI> known = Optional.empty();

    BlobLink(RegistryExchange exchange, Operation operation, String repository, Descriptor blob) {
        this.exchange = exchange;
        this.operation = operation;
        this.uri = exchange.endpoint(repository + "/blobs/" + blob.digest());
    }

    @Override
    public String registry() {
        return operation.registry();
    }

    @Override
    public synchronized Optional<URI> address() throws IOException {
        return asked ? known : ask();
    }

    @Override
    public synchronized Optional<URI> insteadOf(URI refused) throws IOException {
        return asked && !known.equals(Optional.of(refused)) ? known : ask();
    }

    private Optional<URI> ask() throws IOException {
        known = exchange.elsewhere(operation, HttpRequest.of("GET", uri).with("Range", "bytes=0-0"));
        asked = true;
        return known;
    }
}

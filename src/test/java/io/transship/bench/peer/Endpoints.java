package io.transship.bench.peer;

import java.net.URI;

/**
 * Where everybody reads and writes.
 *
 * @param source the registry that is exported, without a path
 * @param target the registry that is imported into, without a path
 * @param container for archives, empty when a round begins
 * @param sas of the container, without a question mark
 */
public record Endpoints(URI source, URI target, URI container, String sas) {

    /** {@code host:port} of the source. */
    String sourceServer() {
        return source.getAuthority();
    }

    /** {@code host:port} of the target. */
    String targetServer() {
        return target.getAuthority();
    }

    /** Address of something in the container, with all that opens it. */
    String blob(String name) {
        return container + "/" + name + "?" + sas;
    }

    @Override
    public String toString() {
        return "Endpoints[source=%s, target=%s, container=%s]".formatted(source, target, container);
    }
}

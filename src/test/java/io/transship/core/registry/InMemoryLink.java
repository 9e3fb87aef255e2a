package io.transship.core.registry;

import io.transship.core.content.ContentLink;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/** A link of a registry in memory. Thread-safe. */
final class InMemoryLink implements ContentLink {

    /** Gives an address whenever it is asked. */
    @FunctionalInterface
    interface Answers {
        Optional<URI> next() throws IOException;
    }

    private final String registry;
    private final Answers answers;
    private Optional<URI> last = Optional.empty();

    InMemoryLink(String registry, Answers answers) {
        this.registry = registry;
        this.answers = answers;
    }

    @Override
    public String registry() {
        return registry;
    }

    @Override
    public synchronized Optional<URI> address() throws IOException {
        if (last.isEmpty()) {
            last = answers.next();
        }
        return last;
    }

    @Override
    public synchronized Optional<URI> insteadOf(URI refused) throws IOException {
        if (last.equals(Optional.of(refused))) {
            last = answers.next();
        }
        return address();
    }
}

package io.transship.core.transfer.artifact;

import io.transship.core.archive.ArchivePlan;
import io.transship.core.archive.ArchivedContent;
import io.transship.core.content.ContentLink;
import io.transship.core.content.ContentSource;
import io.transship.core.oci.Descriptor;
import io.transship.core.oci.Digest;
import io.transship.core.registry.Registry;
import io.transship.core.registry.RegistryException;
import io.transship.core.registry.Repository;
import io.transship.core.transfer.BrokenContentException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The contents of a plan at their registry, each in the first repository that keeps it. One that is broken for good says
 * which it is. Thread-safe.
 */
final class SourceContents implements ContentSource {

    private final Registry source;
    private final Map<Digest, String> repositories = new HashMap<>();
    private final Map<Long, Descriptor> byOffset = new HashMap<>();
    private final ConcurrentMap<String, Repository> open = new ConcurrentHashMap<>();

    SourceContents(Registry source, ArchivePlan plan) {
        this.source = source;
        for (ArchivedContent content : plan.contents().contents()) {
            repositories.put(
                    content.descriptor().digest(), content.repositories().getFirst());
            byOffset.put(content.offset(), content.descriptor());
        }
    }

    @Override
    public InputStream open(Descriptor content, long offset) throws IOException {
        try {
            return repository(content).open(content, offset);
        } catch (RegistryException e) {
            if (e.kind() == RegistryException.Kind.NOT_FOUND) {
                throw new BrokenContentException(content.digest(), e);
            }
            throw e;
        }
    }

    /** Where the content is kept that lies at {@code [start, end)} in the archive; empty if that is not just one content. */
    Optional<ContentLink> link(long start, long end) {
        return Optional.ofNullable(byOffset.get(start))
                .filter(content -> content.size() == end - start)
                .map(content -> repository(content).link(content));
    }

    private Repository repository(Descriptor content) {
        return open.computeIfAbsent(Objects.requireNonNull(repositories.get(content.digest())), source::repository);
    }
}

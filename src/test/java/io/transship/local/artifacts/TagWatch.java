package io.transship.local.artifacts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Looks again and again which tags a registry shows, and asks at once for all that a new one stands for: its manifests and
 * every content that they name, by its size. Safe for use by several threads.
 */
public final class TagWatch implements AutoCloseable {

    private static final long PAUSE_MILLIS = 300;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final DistributionClient registry;
    private final List<String> repositories;
    private final Map<String, String> seen = new ConcurrentSkipListMap<>();
    private final Set<String> present = new HashSet<>();
    private final List<String> hollow = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread watcher;
    private volatile @Nullable IOException failure;

    /** Watches these repositories, from now until it is closed. */
    public TagWatch(DistributionClient registry, List<String> repositories) {
        this.registry = registry;
        this.repositories = List.copyOf(repositories);
        this.watcher = Thread.ofVirtual().name("tag-watch").start(this::watch);
    }

    /**
     * Looks a last time and ends.
     *
     * @return the digest of each tag's manifest, by {@code repository:tag}
     * @throws IOException if the registry could not be asked
     */
    public Map<String, String> lastLook() throws IOException {
        close();
        if (failure != null) {
            throw new IOException("the tags could not be watched", failure);
        }
        return Map.copyOf(seen);
    }

    /** One sentence for each content that was not there when a tag that needs it was. */
    public List<String> hollow() {
        return List.copyOf(hollow);
    }

    /** Looks a last time and ends. */
    @Override
    public void close() {
        closed.countDown();
        try {
            watcher.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void watch() {
        try {
            boolean last;
            do {
                last = closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
                for (String repository : repositories) {
                    look(repository);
                }
            } while (!last);
        } catch (IOException e) {
            failure = e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look(String repository) throws IOException {
        for (String tag : registry.tags(repository)) {
            String name = repository + ":" + tag;
            if (seen.containsKey(name)) {
                continue;
            }
            // The registry may list a tag a moment before it knows where that points: visible is what can be pulled.
            Optional<byte[]> manifest = registry.manifest(repository, tag);
            if (manifest.isPresent()) {
                requireAll(repository, manifest.get(), name);
                seen.put(name, Sha256.of(manifest.get()));
            }
        }
    }

    private void requireAll(String repository, byte[] manifest, String name) throws IOException {
        JsonNode json = JSON.readTree(manifest);
        for (JsonNode child : json.path("manifests")) {
            String digest = child.path("digest").asText();
            Optional<byte[]> found = registry.manifest(repository, digest);
            if (found.isPresent()) {
                requireAll(repository, found.get(), name);
            } else {
                hollow.add("tag '%s' was visible before manifest %s".formatted(name, digest));
            }
        }
        if (json.has("config")) {
            requireBlob(repository, json.path("config"), name);
        }
        for (JsonNode layer : json.path("layers")) {
            requireBlob(repository, layer, name);
        }
    }

    private void requireBlob(String repository, JsonNode descriptor, String name) throws IOException {
        String digest = descriptor.path("digest").asText();
        if (!present.add(repository + "@" + digest)) {
            return;
        }
        OptionalLong size = registry.blobSize(repository, digest);
        if (size.isEmpty() || size.getAsLong() != descriptor.path("size").asLong()) {
            hollow.add("tag '%s' was visible before blob %s".formatted(name, digest));
        }
    }
}

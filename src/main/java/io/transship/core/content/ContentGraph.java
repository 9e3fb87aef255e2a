package io.transship.core.content;

import io.transship.core.oci.Descriptor;
import io.transship.core.oci.Digest;
import io.transship.core.oci.InvalidManifestException;
import io.transship.core.oci.Manifest;
import io.transship.core.oci.Manifest.ImageIndex;
import io.transship.core.oci.Manifest.ImageManifest;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Everything one artifact consists of, found by a bounded walk from its root manifest.
 *
 * @param manifests children before parents, the root last, each once
 * @param blobs configs and layers in the order of the walk, each once
 */
public record ContentGraph(List<Manifest> manifests, List<Descriptor> blobs) {

    /** Levels of indexes inside indexes; real artifacts have two. */
    public static final int MAX_DEPTH = 16;

    /** Contents of one artifact; the largest real indexes have some thousands. */
    public static final int MAX_CONTENTS = 100_000;

    public ContentGraph {
        manifests = List.copyOf(manifests);
        blobs = List.copyOf(blobs);
    }

    /** The manifest that tags point to. */
    public Manifest root() {
        return manifests.getLast();
    }

    /** All of it, manifests first. */
    public List<Descriptor> descriptors() {
        return Stream.concat(manifests.stream().map(Manifest::descriptor), blobs.stream())
                .toList();
    }

    /** The digests of all manifests and blobs. */
    public Set<Digest> digests() {
        Set<Digest> all = new HashSet<>();
        manifests.forEach(manifest -> all.add(manifest.descriptor().digest()));
        blobs.forEach(blob -> all.add(blob.digest()));
        return all;
    }

    /**
     * Walks from {@code root}. A child of an index whose media type is unknown is taken for a manifest if the source keeps
     * one under its digest, else for a blob.
     *
     * @throws InvalidManifestException if the graph is too deep or too large, a manifest is missing, two descriptors of one
     *     digest disagree about its size, or the walk comes back to a manifest it is inside of
     */
    public static ContentGraph walk(Manifest root, ManifestSource source) throws IOException {
        Walk walk = new Walk(source);
        walk.enter(root, 0);
        return new ContentGraph(List.copyOf(walk.manifests.values()), List.copyOf(walk.blobs.values()));
    }

    private static final class Walk {

        private final ManifestSource source;
        private final SequencedMap<Digest, Manifest> manifests = new LinkedHashMap<>();
        private final SequencedMap<Digest, Descriptor> blobs = new LinkedHashMap<>();
        private final Map<Digest, Long> sizes = new LinkedHashMap<>();
        private final Set<Digest> open = new HashSet<>();

        Walk(ManifestSource source) {
            this.source = source;
        }

        void enter(Manifest manifest, int depth) throws IOException {
            Digest digest = manifest.descriptor().digest();
            check(manifest.descriptor());
            if (manifests.containsKey(digest)) {
                return;
            }
            if (depth > MAX_DEPTH) {
                throw new InvalidManifestException(
                        "index %s is nested more than %d levels deep".formatted(digest, MAX_DEPTH));
            }
            if (!open.add(digest)) {
                throw new InvalidManifestException("index %s contains itself".formatted(digest));
            }
            for (Descriptor child : manifest.children()) {
                switch (manifest) {
                    case ImageManifest image -> addBlob(child);
                    case ImageIndex index -> enterChild(index, child, depth);
                }
            }
            open.remove(digest);
            manifests.put(digest, manifest);
        }

        private void enterChild(ImageIndex parent, Descriptor child, int depth) throws IOException {
            if (child.mediaType().isBlob()) {
                addBlob(child);
                return;
            }
            Optional<Manifest> manifest = source.manifest(child);
            if (manifest.isPresent()) {
                enter(manifest.get(), depth + 1);
            } else if (child.mediaType().isManifest()) {
                throw new InvalidManifestException("index %s lists manifest %s, which does not exist"
                        .formatted(parent.descriptor().digest(), child.digest()));
            } else {
                addBlob(child);
            }
        }

        private void addBlob(Descriptor blob) throws InvalidManifestException {
            check(blob);
            blobs.putIfAbsent(blob.digest(), blob);
        }

        private void check(Descriptor descriptor) throws InvalidManifestException {
            Long known = sizes.putIfAbsent(descriptor.digest(), descriptor.size());
            if (known != null && known != descriptor.size()) {
                throw new InvalidManifestException("content %s is listed with %,d and with %,d bytes"
                        .formatted(descriptor.digest(), known, descriptor.size()));
            }
            if (sizes.size() > MAX_CONTENTS) {
                throw new InvalidManifestException("the artifact has more than %,d contents".formatted(MAX_CONTENTS));
            }
        }
    }
}

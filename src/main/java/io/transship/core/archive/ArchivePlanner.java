package io.transship.core.archive;

import io.transship.core.archive.tar.TarHeader;
import io.transship.core.content.ContentGraph;
import io.transship.core.oci.Descriptor;
import io.transship.core.oci.Digest;
import io.transship.core.oci.Manifest;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Lays out an archive before any of its bytes are moved. The same artifacts give the same archive in whatever order. */
public final class ArchivePlanner {

    private ArchivePlanner() {}

    /**
     * Plans an archive. Artifacts of the same repository and root become one with the tags of all.
     *
     * @param missing what was asked for and will not be in the archive, which makes it a partial one
     * @throws IllegalArgumentException if the artifacts contradict each other (one tag with two roots, one digest with two
     *     sizes) or are too many for one archive; the message names them
     */
    public static ArchivePlan plan(
            String sourceRegistry, List<PlannedArtifact> artifacts, List<MissingArtifact> missing) {
        SortedMap<ArchivedArtifact, ContentGraph> graphs = merge(artifacts);
        Inventory inventory = new Inventory();
        graphs.forEach((artifact, graph) -> inventory.add(artifact.repository(), graph));
        if (inventory.size() > Archive.Limits.STANDARD.entries()) {
            throw tooLarge("%,d contents".formatted(inventory.size()));
        }
        List<ArchivedArtifact> named = List.copyOf(graphs.keySet());
        long names = named.stream()
                .mapToLong(artifact -> artifact.references().size())
                .sum();
        if (names > Archive.Limits.STANDARD.entries()) {
            throw tooLarge("%,d tags".formatted(names));
        }
        byte[] layout = entry(LayoutJson.LAYOUT_NAME, LayoutJson.writeLayout());
        byte[] index = entry(LayoutJson.INDEX_NAME, checked(LayoutJson.INDEX_NAME, LayoutJson.writeIndex(named)));

        // The table says where everything is, and the longer it is the further behind everything is: its room grows
        // until
        // it fits, and what is left over is filled with spaces.
        long room = 0;
        while (true) {
            long start = layout.length + TarHeader.BLOCK + room + index.length;
            TableOfContents table = new TableOfContents(sourceRegistry, named, inventory.at(start), missing);
            byte[] json = checked(LayoutJson.CONTENTS_NAME, table.toJson());
            if (json.length <= room) {
                byte[] contents = entry(LayoutJson.CONTENTS_NAME, filled(json, (int) room));
                return new ArchivePlan(head(layout, contents, index, inventory), table);
            }
            room = TarHeader.padded(json.length);
        }
    }

    private static SortedMap<ArchivedArtifact, ContentGraph> merge(List<PlannedArtifact> artifacts) {
        Map<String, ArchivedArtifact> merged = new HashMap<>();
        Map<String, ContentGraph> graphs = new HashMap<>();
        for (PlannedArtifact artifact : artifacts) {
            Descriptor root = artifact.graph().root().descriptor();
            String key = artifact.repository() + "@" + root.digest();
            graphs.putIfAbsent(key, artifact.graph());
            merged.merge(
                    key,
                    new ArchivedArtifact(artifact.repository(), artifact.tags(), root),
                    ArchivePlanner::withAllTags);
        }
        SortedMap<ArchivedArtifact, ContentGraph> result = new TreeMap<>(TableOfContents.ORDER);
        merged.forEach((key, artifact) -> result.put(artifact, Objects.requireNonNull(graphs.get(key))));
        return result;
    }

    private static ArchivedArtifact withAllTags(ArchivedArtifact one, ArchivedArtifact other) {
        List<String> tags = new ArrayList<>(one.tags());
        tags.addAll(other.tags());
        return new ArchivedArtifact(one.repository(), tags, one.root());
    }

    private static byte[] head(byte[] layout, byte[] contents, byte[] index, Inventory inventory) {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        head.writeBytes(layout);
        head.writeBytes(contents);
        head.writeBytes(index);
        for (Manifest manifest : inventory.manifests.values()) {
            head.writeBytes(
                    entry(ArchivedContent.entryName(manifest.descriptor().digest()), manifest.raw()));
        }
        return head.toByteArray();
    }

    private static byte[] entry(String name, byte[] content) {
        byte[] header = TarHeader.encode(name, content.length);
        byte[] entry = Arrays.copyOf(header, header.length + (int) TarHeader.padded(content.length));
        System.arraycopy(content, 0, entry, header.length, content.length);
        return entry;
    }

    private static byte[] filled(byte[] json, int length) {
        byte[] filled = Arrays.copyOf(json, length);
        Arrays.fill(filled, json.length - 1, length - 1, (byte) ' ');
        filled[length - 1] = '\n';
        return filled;
    }

    private static byte[] checked(String name, byte[] json) {
        if (json.length > Archive.Limits.STANDARD.documentBytes()) {
            throw tooLarge("%s of %,d bytes".formatted(name, json.length));
        }
        return json;
    }

    private static IllegalArgumentException tooLarge(String what) {
        return new IllegalArgumentException(
                "the artifacts are too many for one archive (%s): export them in several runs".formatted(what));
    }

    /** The contents of several artifacts, each once, with the repositories that need it. */
    static final class Inventory {

        private final SequencedMap<Digest, Manifest> manifests = new LinkedHashMap<>();
        private final SequencedMap<Digest, Descriptor> blobs = new LinkedHashMap<>();
        private final Map<Digest, List<String>> repositories = new HashMap<>();

        void add(String repository, ContentGraph graph) {
            for (Manifest manifest : graph.manifests()) {
                Descriptor descriptor = manifest.descriptor();
                manifests.putIfAbsent(descriptor.digest(), manifest);
                check(descriptor, blobs.get(descriptor.digest()));
                need(descriptor.digest(), repository);
            }
            for (Descriptor blob : graph.blobs()) {
                Descriptor known = blobs.putIfAbsent(blob.digest(), blob);
                if (known != null && known.size() != blob.size()) {
                    throw new IllegalArgumentException("content %s is listed with %,d and with %,d bytes"
                            .formatted(blob.digest(), known.size(), blob.size()));
                }
                check(blob, manifests.get(blob.digest()));
                need(blob.digest(), repository);
            }
        }

        int size() {
            return manifests.size() + blobs.size();
        }

        List<Descriptor> manifests() {
            return manifests.values().stream().map(Manifest::descriptor).toList();
        }

        List<Descriptor> blobs() {
            return List.copyOf(blobs.values());
        }

        /** Content at a known place in the archive. */
        ArchivedContent at(Descriptor descriptor, long offset) {
            Digest digest = descriptor.digest();
            return new ArchivedContent(
                    descriptor, offset, manifests.containsKey(digest), repositories.getOrDefault(digest, List.of()));
        }

        private List<ArchivedContent> at(long start) {
            List<ArchivedContent> contents = new ArrayList<>();
            long position = start;
            for (List<Descriptor> group : List.of(manifests(), blobs())) {
                for (Descriptor descriptor : group) {
                    ArchiveEntry entry = ArchiveEntry.at(position, at(descriptor, 0));
                    contents.add(entry.content());
                    position = entry.end();
                }
            }
            return contents;
        }

        private void need(Digest digest, String repository) {
            List<String> known = repositories.computeIfAbsent(digest, any -> new ArrayList<>());
            // Artifacts come sorted by repository, so a repository that is known already is the last one.
            if (known.isEmpty() || !known.getLast().equals(repository)) {
                known.add(repository);
            }
        }

        private static void check(Descriptor descriptor, @Nullable Object otherKind) {
            if (otherKind != null) {
                throw new IllegalArgumentException(
                        "content %s is a manifest of one artifact and a blob of another, which one archive cannot hold: export them in separate runs"
                                .formatted(descriptor.digest()));
            }
        }
    }
}

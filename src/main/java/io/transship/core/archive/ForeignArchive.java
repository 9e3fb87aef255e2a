package io.transship.core.archive;

import io.transship.core.archive.tar.TarWalk;
import io.transship.core.archive.tar.TarWalk.Entry;
import io.transship.core.content.ContentGraph;
import io.transship.core.content.ManifestSource;
import io.transship.core.content.RangeSource;
import io.transship.core.oci.Descriptor;
import io.transship.core.oci.Digest;
import io.transship.core.oci.InvalidManifestException;
import io.transship.core.oci.Manifest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes the table of contents of an OCI layout that another tool put into a tar.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md">image-spec 1.1, image layout</a>
 */
final class ForeignArchive implements ManifestSource {

    private static final String NEXT_STEP = "write one with 'skopeo copy … oci-archive:FILE:repository:tag'";

    private final RangeSource source;
    private final TarWalk walk;
    private final Archive.Limits limits;
    private final Map<String, Entry> documents = new HashMap<>();
    private final Map<String, Entry> blobs = new HashMap<>();

    private ForeignArchive(RangeSource source, TarWalk walk, Archive.Limits limits) {
        this.source = source;
        this.walk = walk;
        this.limits = limits;
    }

    /**
     * Walks through the whole tar.
     *
     * @param first entries that were taken from the walk already
     */
    static TableOfContents read(RangeSource source, TarWalk walk, List<Entry> first, Archive.Limits limits)
            throws IOException {
        ForeignArchive archive = new ForeignArchive(source, walk, limits);
        for (Entry entry : first) {
            archive.add(entry);
        }
        for (Optional<Entry> entry = walk.next(); entry.isPresent(); entry = walk.next()) {
            archive.add(entry.get());
        }
        return archive.table();
    }

    private void add(Entry entry) throws ArchiveFormatException {
        if (entry.name().equals(LayoutJson.CONTENTS_NAME)) {
            throw ArchivePlan.Front.repacked(entry);
        }
        (entry.name().startsWith("blobs/") ? blobs : documents).put(entry.name(), entry);
    }

    private TableOfContents table() throws IOException {
        Entry layout = document(LayoutJson.LAYOUT_NAME);
        LayoutJson.checkLayout(walk.read(layout, limits.documentBytes()), layout.offset());
        Entry index = document(LayoutJson.INDEX_NAME);
        List<ArchivedArtifact> artifacts =
                LayoutJson.readIndex(walk.read(index, limits.documentBytes()), index.offset(), limits);
        ArchivePlanner.Inventory inventory = new ArchivePlanner.Inventory();
        try {
            for (ArchivedArtifact artifact : artifacts) {
                inventory.add(artifact.repository(), graph(artifact));
            }
            List<ArchivedContent> contents = new ArrayList<>();
            for (Descriptor manifest : inventory.manifests()) {
                contents.add(inventory.at(manifest, present(manifest).offset()));
            }
            List<ArchivedContent> blobContents = new ArrayList<>();
            for (Descriptor blob : inventory.blobs()) {
                if (blobs.containsKey(ArchivedContent.entryName(blob.digest()))
                        || !blob.mediaType().isNonDistributable()) {
                    blobContents.add(inventory.at(blob, present(blob).offset()));
                }
            }
            blobContents.sort(Comparator.comparingLong(ArchivedContent::offset));
            contents.addAll(blobContents);
            return new TableOfContents("", artifacts, contents, List.of());
        } catch (IllegalArgumentException e) {
            throw new ArchiveFormatException(index.name(), index.offset(), String.valueOf(e.getMessage()), e);
        }
    }

    private ContentGraph graph(ArchivedArtifact artifact) throws IOException {
        String name = artifact.references().getFirst().toString();
        Entry root = present(artifact.root());
        try {
            return ContentGraph.walk(readManifest(artifact.root(), root), this);
        } catch (InvalidManifestException e) {
            throw new ArchiveFormatException(
                    root.name(), root.offset(), "artifact '%s': %s".formatted(name, e.getMessage()), e);
        }
    }

    @Override
    public Optional<Manifest> manifest(Descriptor descriptor) throws IOException {
        Entry entry = blobs.get(ArchivedContent.entryName(descriptor.digest()));
        if (descriptor.mediaType().isManifest()) {
            return Optional.of(readManifest(descriptor, entry != null ? entry : present(descriptor)));
        }
        if (entry == null || entry.size() > limits.manifestBytes() || entry.size() != descriptor.size()) {
            return Optional.empty();
        }
        // An index may list blobs under types nobody has heard of, and a layout keeps both kinds in one place: only the
        // content itself can tell.
        try {
            Manifest manifest = readManifest(descriptor, entry);
            return manifest.children().isEmpty() ? Optional.empty() : Optional.of(manifest);
        } catch (InvalidManifestException e) {
            return Optional.empty();
        }
    }

    private Manifest readManifest(Descriptor descriptor, Entry entry) throws IOException {
        if (entry.size() != descriptor.size()) {
            throw new ArchiveFormatException(
                    entry.name(),
                    entry.offset(),
                    "it has %,d bytes; expected %,d".formatted(entry.size(), descriptor.size()));
        }
        byte[] raw = walk.read(entry, limits.manifestBytes());
        Digest actual = Digest.of(descriptor.digest().algorithm(), raw);
        if (!actual.equals(descriptor.digest())) {
            throw new ArchiveFormatException(
                    entry.name(), entry.offset(), "its content is damaged: it has the digest %s".formatted(actual));
        }
        return Manifest.parse(descriptor, raw);
    }

    private Entry present(Descriptor descriptor) throws ArchiveFormatException {
        String name = ArchivedContent.entryName(descriptor.digest());
        Entry entry = blobs.get(name);
        if (entry == null) {
            throw new ArchiveFormatException(
                    name,
                    source.length(),
                    "the archive ends without it, but an artifact needs it (%s): the archive is incomplete"
                            .formatted(descriptor));
        }
        if (entry.size() != descriptor.size()) {
            throw new ArchiveFormatException(
                    name, entry.offset(), "it has %,d bytes; expected %,d".formatted(entry.size(), descriptor.size()));
        }
        return entry;
    }

    private Entry document(String name) throws ArchiveFormatException {
        Entry entry = documents.get(name);
        if (entry != null) {
            return entry;
        }
        if (documents.containsKey("manifest.json")) {
            throw new ArchiveFormatException(
                    name,
                    source.length(),
                    "it is missing: this is a docker-archive (old 'docker save'), which has no digests; " + NEXT_STEP);
        }
        throw new ArchiveFormatException(
                name, source.length(), "it is missing: this tar holds no OCI layout; " + NEXT_STEP);
    }
}

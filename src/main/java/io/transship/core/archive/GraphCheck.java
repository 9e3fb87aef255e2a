package io.transship.core.archive;

import io.transship.core.oci.Descriptor;
import io.transship.core.oci.Digest;
import io.transship.core.oci.Manifest;
import io.transship.core.oci.Manifest.ImageIndex;
import io.transship.core.oci.Manifest.ImageManifest;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Checks manifest by manifest that an archive is complete: what a manifest needs is in the archive, in front of it if it is
 * a manifest itself (so nothing contains itself), and goes to every repository the manifest goes to.
 */
final class GraphCheck {

    private final Map<Digest, ArchivedContent> contents;
    private final Set<Digest> seen = new HashSet<>();

    GraphCheck(Map<Digest, ArchivedContent> contents) {
        this.contents = contents;
    }

    void add(ArchivedContent content, Manifest manifest) throws ArchiveFormatException {
        for (Descriptor child : manifest.children()) {
            ArchivedContent found = contents.get(child.digest());
            if (found == null) {
                // Such layers stay where their licence keeps them; the target decides whether it wants them.
                if (child.mediaType().isNonDistributable()) {
                    continue;
                }
                throw problem(content, "it needs %s, which the archive does not hold".formatted(child));
            }
            check(content, manifest, child, found);
        }
        seen.add(content.descriptor().digest());
    }

    private void check(ArchivedContent parent, Manifest manifest, Descriptor child, ArchivedContent found)
            throws ArchiveFormatException {
        if (found.descriptor().size() != child.size()) {
            throw problem(
                    parent,
                    "it needs %s, but the archive holds %,d bytes of that digest"
                            .formatted(child, found.descriptor().size()));
        }
        boolean asManifest = switch (manifest) {
            case ImageManifest image -> false;
            case ImageIndex index ->
                child.mediaType().isManifest() || (!child.mediaType().isBlob() && found.manifest());
        };
        if (asManifest != found.manifest()) {
            throw problem(
                    parent,
                    "it needs %s as a %s, but transship.json lists it as a %s"
                            .formatted(child, kind(asManifest), kind(found.manifest())));
        }
        if (asManifest && !seen.contains(child.digest())) {
            throw problem(parent, "it needs the manifest %s, which is not in front of it".formatted(child.digest()));
        }
        for (String repository : parent.repositories()) {
            if (Collections.binarySearch(found.repositories(), repository) < 0) {
                throw problem(
                        parent,
                        "it needs %s in repository '%s', but transship.json does not list that content for it"
                                .formatted(child.digest(), repository));
            }
        }
    }

    private static String kind(boolean manifest) {
        return manifest ? "manifest" : "blob";
    }

    private static ArchiveFormatException problem(ArchivedContent content, String problem) {
        return new ArchiveFormatException(content.entryName(), content.offset(), problem);
    }
}

package io.transship.core.archive;

import io.transship.core.oci.Descriptor;
import io.transship.core.oci.Digest;
import java.util.List;

/**
 * Content that an archive holds, and where.
 *
 * @param offset of its first byte in the archive
 * @param manifest whether a registry keeps it as a manifest and not as a blob
 * @param repositories that keep it at the source and need it at the target; sorted, each once, never empty
 */
public record ArchivedContent(Descriptor descriptor, long offset, boolean manifest, List<String> repositories) {

    public ArchivedContent {
        if (offset < 0) {
            throw new IllegalArgumentException("offset of %s is negative: %d".formatted(descriptor.digest(), offset));
        }
        repositories = isSorted(repositories)
                ? List.copyOf(repositories)
                : repositories.stream().distinct().sorted().toList();
        if (repositories.isEmpty()) {
            throw new IllegalArgumentException("no repository needs %s".formatted(descriptor.digest()));
        }
    }

    // Tables have many contents of one repository list: what is in order already is shared and not copied.
    private static boolean isSorted(List<String> names) {
        for (int i = 1; i < names.size(); i++) {
            if (names.get(i - 1).compareTo(names.get(i)) >= 0) {
                return false;
            }
        }
        return true;
    }

    /** The name of its entry. */
    String entryName() {
        return entryName(descriptor.digest());
    }

    static String entryName(Digest digest) {
        return "blobs/" + digest.algorithm().ociName() + "/" + digest.hex();
    }
}

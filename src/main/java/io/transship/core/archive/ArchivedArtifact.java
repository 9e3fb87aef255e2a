package io.transship.core.archive;

import io.transship.core.oci.Descriptor;
import io.transship.core.oci.Reference;
import java.util.List;
import java.util.stream.Stream;

/**
 * An artifact that an archive holds whole.
 *
 * @param repository where it was, and where it goes unless the import says otherwise
 * @param tags sorted, each once; empty when it was selected by digest only
 * @param root its root manifest
 */
public record ArchivedArtifact(String repository, List<String> tags, Descriptor root) {

    public ArchivedArtifact {
        tags = tags.stream().distinct().sorted().toList();
        for (String tag : tags) {
            Reference.ofTag(repository, tag);
        }
        Reference.ofDigest(repository, root.digest());
    }

    /** The names it can be asked for by: one for each tag, or the one by digest if it has no tag. */
    public List<Reference> references() {
        Stream<Reference> names = tags.isEmpty()
                ? Stream.of(Reference.ofDigest(repository, root.digest()))
                : tags.stream().map(tag -> Reference.ofTag(repository, tag));
        return names.toList();
    }
}

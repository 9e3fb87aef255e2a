package io.transship.core.content;

import io.transship.core.oci.Descriptor;
import io.transship.core.oci.Manifest;
import java.io.IOException;
import java.util.Optional;

/** Where the walk of a content graph finds manifests: a registry or an archive. */
@FunctionalInterface
public interface ManifestSource {

    /**
     * Finds the manifest that a descriptor names, verified against its digest.
     *
     * @return empty if this source keeps no manifest under that digest
     */
    Optional<Manifest> manifest(Descriptor descriptor) throws IOException;
}

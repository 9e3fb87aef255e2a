package io.transship.core.storage;

import java.time.Instant;
import java.util.Map;

/**
 * What is known of a stored blob without reading it.
 *
 * @param etag as the service gave it, with its quotes
 * @param metadata user metadata, names in lower case
 */
public record BlobProperties(
        BlobName name, long length, String etag, Instant lastModified, Map<String, String> metadata) {

    public BlobProperties {
        metadata = Map.copyOf(metadata);
    }
}

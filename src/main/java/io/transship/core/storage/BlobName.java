package io.transship.core.storage;

/**
 * The name of a stored blob inside its container.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata">
 *     Naming containers, blobs and metadata</a>
 */
public record BlobName(String value) {

    private static final int MAX_LENGTH = 1024;

    public BlobName {
        if (value.isBlank() || value.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("blob name must have 1 to %d characters".formatted(MAX_LENGTH));
        }
        if (value.startsWith("/")
                || value.endsWith("/")
                || value.endsWith(".")
                || value.contains("\\")
                || value.contains("//")
                || value.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    ("blob name '%s' is not valid: it must not start or end with /, end with a dot,"
                                    + " or contain //, \\ or control characters")
                            .formatted(value));
        }
    }

    @Override
    public String toString() {
        return value;
    }
}

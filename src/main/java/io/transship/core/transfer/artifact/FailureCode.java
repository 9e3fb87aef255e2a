package io.transship.core.transfer.artifact;

import io.transship.core.archive.ArchiveFormatException;
import io.transship.core.content.ContentMismatchException;
import io.transship.core.oci.InvalidManifestException;
import io.transship.core.registry.RegistryException;
import io.transship.core.transfer.BrokenContentException;

/** What kind of failure one artifact met: for programs, which should not read messages. */
public enum FailureCode {
    /** The repository, tag or digest does not exist at the source. */
    ARTIFACT_NOT_FOUND("ArtifactNotFound"),
    /** Its manifest, or one below it, is none that can be moved. */
    MANIFEST_INVALID("ManifestInvalid"),
    /** A content of it is missing or has other bytes than its digest says. */
    CONTENT_DAMAGED("ContentDamaged"),
    /** The archive lacks a content of it. */
    CONTENT_MISSING("ContentMissing"),
    /** The target has the tag with another digest, and may not lose it. */
    TAG_EXISTS("TagExists"),
    /** The registry refused. */
    ACCESS_DENIED("AccessDenied"),
    /** The registry would not have what was sent, or said something else. */
    REGISTRY_REFUSED("RegistryRefused");

    private final String label;

    FailureCode(String label) {
        this.label = label;
    }

    /** As answers show it. */
    public String label() {
        return label;
    }

    static FailureCode of(Throwable failure) {
        return switch (failure) {
            case InvalidManifestException e -> MANIFEST_INVALID;
            case ContentMismatchException e -> CONTENT_DAMAGED;
            case BrokenContentException e -> CONTENT_DAMAGED;
            case ArchiveFormatException e -> CONTENT_DAMAGED;
            case RegistryException e ->
                switch (e.kind()) {
                    case NOT_FOUND -> ARTIFACT_NOT_FOUND;
                    case UNAUTHORIZED, FORBIDDEN -> ACCESS_DENIED;
                    case THROTTLED, UNAVAILABLE, REJECTED -> REGISTRY_REFUSED;
                };
            default -> failure.getCause() == null ? REGISTRY_REFUSED : of(failure.getCause());
        };
    }
}

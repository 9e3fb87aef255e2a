package io.transship.core.pipeline.telemetry;

import io.transship.core.archive.ArchiveFormatException;
import io.transship.core.content.ContentMismatchException;
import io.transship.core.pipeline.DamagedRecordException;
import io.transship.core.registry.RegistryException;
import io.transship.core.registry.auth.AuthorizationException;
import io.transship.core.registry.auth.NoTokenException;
import io.transship.core.sas.InvalidSasException;
import io.transship.core.storage.SecretException;
import io.transship.core.storage.StorageException;
import io.transship.core.transfer.BrokenContentException;

/** Why a run failed, in few words: for counting. Its message says more. */
public enum FailureCause {
    /** A registry or container said no, or gives no token. */
    ACCESS_DENIED("AccessDenied"),
    /** A SAS is missing, expired or not for this. */
    SAS_INVALID("SasInvalid"),
    /** A secret cannot be read. */
    SECRET_UNAVAILABLE("SecretUnavailable"),
    /** An artifact, a container or an archive is not there. */
    NOT_FOUND("NotFound"),
    /** The archive exists, and may not be overwritten, or became another. */
    ALREADY_EXISTS("AlreadyExists"),
    /** A registry asked for less, until retries were exhausted. */
    THROTTLED("Throttled"),
    /** A server failed or could not be reached. */
    UNAVAILABLE("Unavailable"),
    /** Bytes are not what their digest says, or the archive is none. */
    ARCHIVE_DAMAGED("ArchiveDamaged"),
    /** The app's own record of the run is damaged. */
    RECORD_DAMAGED("RecordDamaged"),
    /** Every artifact failed, each for a reason of its own. */
    ARTIFACTS_FAILED("ArtifactsFailed"),
    /** A step was tried in vain as often as its queue allows. */
    GIVEN_UP("GivenUp"),
    /** Nothing of it happened, though it was set going again. */
    STOOD_STILL("StoodStill"),
    OTHER("Other");

    private final String label;

    FailureCause(String label) {
        this.label = label;
    }

    /** As metrics and logs show it. */
    public String label() {
        return label;
    }

    /** The first cause of a failure that says what it is. */
    public static FailureCause of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            FailureCause known = known(cause);
            if (known != OTHER) {
                return known;
            }
        }
        return OTHER;
    }

    private static FailureCause known(Throwable failure) {
        return switch (failure) {
            case RegistryException registry ->
                switch (registry.kind()) {
                    case NOT_FOUND -> NOT_FOUND;
                    case UNAUTHORIZED, FORBIDDEN -> ACCESS_DENIED;
                    case THROTTLED -> THROTTLED;
                    case UNAVAILABLE -> UNAVAILABLE;
                    case REJECTED -> OTHER;
                };
            case StorageException storage ->
                switch (storage.kind()) {
                    case CONTAINER_NOT_FOUND, BLOB_NOT_FOUND -> NOT_FOUND;
                    case ALREADY_EXISTS, CHANGED -> ALREADY_EXISTS;
                    case ACCESS_DENIED -> ACCESS_DENIED;
                    case UNAVAILABLE -> UNAVAILABLE;
                    case REJECTED -> OTHER;
                };
            case SecretException e -> SECRET_UNAVAILABLE;
            case InvalidSasException e -> SAS_INVALID;
            case AuthorizationException e -> ACCESS_DENIED;
            case NoTokenException e -> ACCESS_DENIED;
            case ArchiveFormatException e -> ARCHIVE_DAMAGED;
            case ContentMismatchException e -> ARCHIVE_DAMAGED;
            case BrokenContentException e -> ARCHIVE_DAMAGED;
            case DamagedRecordException e -> RECORD_DAMAGED;
            default -> OTHER;
        };
    }
}

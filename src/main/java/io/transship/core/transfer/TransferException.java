package io.transship.core.transfer;

import io.transship.core.archive.ArchiveFormatException;
import io.transship.core.content.ContentMismatchException;
import io.transship.core.oci.InvalidManifestException;
import io.transship.core.registry.RegistryException;
import io.transship.core.storage.SecretException;
import io.transship.core.storage.StorageException;
import java.io.IOException;

/** Thrown when a transfer cannot go on; says on which side, and its message what to do. */
public final class TransferException extends IOException {

    /** Where it failed. */
    public enum Side {
        SOURCE,
        TARGET;

        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    private final Side side;

    /** A failure that no repetition will cure. */
    public TransferException(Side side, String message) {
        super(message);
        this.side = side;
    }

    private TransferException(Side side, String message, IOException cause) {
        super(message, cause);
        this.side = side;
    }

    /** Adds the side and the step to a failure below; the cause's message already names subject and next step. */
    public static TransferException at(Side side, String step, IOException cause) {
        return cause instanceof TransferException known
                ? known
                : new TransferException(side, "%s %s: %s".formatted(step, side, cause.getMessage()), cause);
    }

    public Side side() {
        return side;
    }

    /**
     * Whether the same step may succeed later without anyone changing anything. Unknown causes count as transient: the
     * queue bounds how often a step is tried.
     */
    public static boolean isTransient(Throwable failure) {
        return switch (failure) {
            case RegistryException e -> e.kind().isTransient();
            case StorageException e -> e.kind().isTransient();
            case SecretException e -> e.isTransient();
            case ContentMismatchException e -> false;
            case BrokenContentException e -> false;
            case ArchiveFormatException e -> false;
            case InvalidManifestException e -> false;
            case TransferException e -> e.getCause() != null && isTransient(e.getCause());
            case IllegalArgumentException e -> false;
            default -> true;
        };
    }
}

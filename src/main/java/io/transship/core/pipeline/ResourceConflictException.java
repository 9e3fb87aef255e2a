package io.transship.core.pipeline;

import java.io.IOException;

/** Thrown when something cannot be done to a pipeline or run as it is now; the message says what can be done instead. */
public final class ResourceConflictException extends IOException {

    private static final long serialVersionUID = 1L;

    /** Why not. */
    public enum Kind {
        /** There is no such resource. */
        NOT_FOUND,
        /** It is in a state that does not allow this. */
        WRONG_STATE,
        /** It is not in the version that the caller named. */
        WRONG_VERSION,
        /** It is declared with the app and read-only. */
        READ_ONLY
    }

    private final Kind kind;

    public ResourceConflictException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** There is no run of that id. */
    public static ResourceConflictException noRun(ResourceId id) {
        return new ResourceConflictException(
                Kind.NOT_FOUND, "run '%s' does not exist under registry '%s'".formatted(id.name(), id.registry()));
    }

    public Kind kind() {
        return kind;
    }
}

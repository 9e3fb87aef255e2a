package io.transship.core.pipeline;

import java.util.Optional;

/**
 * What a caller says of the version that it means to change: the headers {@code If-Match} and {@code If-None-Match}.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#name-preconditions">RFC 9110, section 13</a>
 */
public sealed interface VersionCondition {

    /** Whatever is there. */
    record Any() implements VersionCondition {}

    /** Something has to be there. */
    record Present() implements VersionCondition {}

    /** Nothing may be there. */
    record Absent() implements VersionCondition {}

    /** Just this version. */
    record Version(String version) implements VersionCondition {}

    /**
     * Checks it.
     *
     * @param version what is there now; empty if nothing is
     * @throws ResourceConflictException with {@link ResourceConflictException.Kind#WRONG_VERSION} if it does not hold
     */
    default void require(ResourceId id, Optional<String> version) throws ResourceConflictException {
        boolean holds = switch (this) {
            case Any any -> true;
            case Present present -> version.isPresent();
            case Absent absent -> version.isEmpty();
            case Version wanted -> version.filter(wanted.version()::equals).isPresent();
        };
        if (!holds) {
            throw new ResourceConflictException(
                    ResourceConflictException.Kind.WRONG_VERSION,
                    "'%s' %s; read it again and repeat the change on what it is now"
                            .formatted(
                                    id.name(),
                                    version.isEmpty()
                                            ? "does not exist"
                                            : this instanceof Absent ? "exists" : "was changed since it was read"));
        }
    }
}

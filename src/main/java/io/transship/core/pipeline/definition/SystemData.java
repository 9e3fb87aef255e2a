package io.transship.core.pipeline.definition;

import java.time.Instant;
import java.util.Optional;

/**
 * Who created and last changed a resource, and when: ARM's {@code systemData}. Who is known only where the platform says it.
 *
 * @see <a href="https://learn.microsoft.com/azure/azure-resource-manager/management/overview">ARM, system data</a>
 */
public record SystemData(
        Optional<String> createdBy,
        Optional<Instant> createdAt,
        Optional<String> lastModifiedBy,
        Optional<Instant> lastModifiedAt) {

    /** Nothing is known. */
    public static final SystemData NONE =
            new SystemData(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    static SystemData created(Optional<String> by, Instant now) {
        return new SystemData(by, Optional.of(now), by, Optional.of(now));
    }

    SystemData modified(Optional<String> by, Instant now) {
        return new SystemData(createdBy, createdAt, by, Optional.of(now));
    }
}

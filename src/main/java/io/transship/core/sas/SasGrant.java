package io.transship.core.sas;

import java.time.Instant;
import java.util.Set;

/**
 * What a new SAS of a container grants, over HTTPS only.
 *
 * @param start the first instant at which it is valid, to the second
 * @param end the instant from which on it is refused, to the second
 */
public record SasGrant(Set<SasPermission> permissions, Instant start, Instant end) {

    public SasGrant {
        permissions = Set.copyOf(permissions);
        if (permissions.isEmpty() || !end.isAfter(start)) {
            throw new IllegalArgumentException("a SAS grants some right for some time");
        }
    }
}

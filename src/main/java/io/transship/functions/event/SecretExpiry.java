package io.transship.functions.event;

import io.transship.core.storage.SecretUri;
import java.util.Optional;
import java.util.Set;

/**
 * What an event of Key Vault says about the end of a secret, in Event Grid's schema or as a CloudEvent.
 *
 * @param type the event's type, whatever it is
 * @param secret the secret with the version that ends; empty if the event is of another type
 * @see <a href="https://learn.microsoft.com/azure/event-grid/event-schema-key-vault">Key Vault as an Event Grid source</a>
 */
record SecretExpiry(String type, Optional<SecretUri> secret) {

    /** Thirty days before, so for a SAS of seven days at once after it was written; and at the end. */
    static final Set<String> TYPES = Set.of("Microsoft.KeyVault.SecretNearExpiry", "Microsoft.KeyVault.SecretExpired");

    /**
     * Parses an event.
     *
     * @throws IllegalArgumentException if it is no event of Event Grid, or one of {@link #TYPES} that names no secret
     */
    static SecretExpiry parse(String json) {
        GridEvent event = GridEvent.parse(json);
        String type = event.type();
        if (!TYPES.contains(type)) {
            return new SecretExpiry(type, Optional.empty());
        }
        try {
            return new SecretExpiry(
                    type, Optional.of(SecretUri.parse(event.data().path("Id").asText())));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the event names no secret (data.Id)", e);
        }
    }
}

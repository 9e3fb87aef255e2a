package io.transship.functions.event;

import com.fasterxml.jackson.databind.JsonNode;
import io.transship.core.storage.SecretUri;
import io.transship.functions.arm.Json;
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
        JsonNode event = Json.parse(json);
        String type =
                event.path(event.has("specversion") ? "type" : "eventType").asText();
        if (type.isEmpty()) {
            throw new IllegalArgumentException("the event has no type: expected one of Event Grid or a CloudEvent");
        }
        if (!TYPES.contains(type)) {
            return new SecretExpiry(type, Optional.empty());
        }
        try {
            return new SecretExpiry(
                    type, Optional.of(SecretUri.parse(event.at("/data/Id").asText())));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the event names no secret (data.Id)", e);
        }
    }
}

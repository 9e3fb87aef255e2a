package io.transship.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Instant;
import java.util.UUID;

/**
 * One version of a secret in {@link KeyVaultServer}.
 *
 * @param properties {@code contentType}, {@code tags} and {@code attributes} as they go over the wire; not changed
 */
record SecretVersion(String id, String value, ObjectNode properties) {

    static SecretVersion of(String value, Instant now) {
        return parse(JsonExchange.JSON.createObjectNode().put("value", value), now);
    }

    static SecretVersion parse(JsonNode request, Instant now) {
        ObjectNode properties = JsonExchange.JSON.createObjectNode();
        for (String kept : new String[] {"contentType", "tags"}) {
            if (request.hasNonNull(kept)) {
                properties.set(kept, request.get(kept));
            }
        }
        ObjectNode attributes = properties.putObject("attributes");
        attributes.put("enabled", request.at("/attributes/enabled").asBoolean(true));
        for (String kept : new String[] {"nbf", "exp"}) {
            if (request.path("attributes").hasNonNull(kept)) {
                attributes.set(kept, request.get("attributes").get(kept));
            }
        }
        attributes.put("created", now.getEpochSecond());
        attributes.put("updated", now.getEpochSecond());
        attributes.put("recoveryLevel", "Recoverable+Purgeable");
        attributes.put("recoverableDays", 90);
        String id = UUID.randomUUID().toString().replace("-", "");
        return new SecretVersion(id, request.path("value").asText(), properties);
    }

    boolean enabled() {
        return properties.at("/attributes/enabled").asBoolean();
    }

    SecretVersion disabled() {
        ObjectNode changed = properties.deepCopy();
        changed.withObject("/attributes").put("enabled", false);
        return new SecretVersion(id, value, changed);
    }

    ObjectNode toJson(URI address) {
        return properties.deepCopy().put("value", value).put("id", address.toString());
    }

    @Override
    public String toString() {
        return "SecretVersion[" + id + "]";
    }
}

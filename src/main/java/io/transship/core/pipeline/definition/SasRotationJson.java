package io.transship.core.pipeline.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.transship.core.pipeline.Problem;
import io.transship.core.pipeline.SasRotation;
import io.transship.core.pipeline.SasRotation.ByAccountKey;
import io.transship.core.pipeline.SasRotation.ByDelegation;
import io.transship.core.storage.SecretUri;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The property {@code sasRotation} of a pipeline's container: an addition to ACR Transfer's shape. */
final class SasRotationJson {

    private static final Set<String> KNOWN = Set.of("signedBy", "accountKeyUri", "lifetime");

    private final JsonNode rotation;
    private final String at;
    private final List<Problem> problems;

    private SasRotationJson(JsonNode rotation, String at, List<Problem> problems) {
        this.rotation = rotation;
        this.at = at;
        this.problems = problems;
    }

    /**
     * Reads it.
     *
     * @param at its path
     * @param sasSecret the secret that is to be rotated; null if it is not known
     * @param problems every problem is added here
     * @return empty if there is a problem
     */
    static Optional<SasRotation> read(
            JsonNode rotation, String at, @Nullable SecretUri sasSecret, List<Problem> problems) {
        return new SasRotationJson(rotation, at, problems).read(sasSecret);
    }

    static ObjectNode write(SasRotation rotation) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("signedBy", rotation.signedBy());
        if (rotation instanceof ByAccountKey byKey) {
            node.put("accountKeyUri", byKey.accountKey().toString());
        }
        return node.put("lifetime", text(rotation.lifetime()));
    }

    private Optional<SasRotation> read(@Nullable SecretUri sasSecret) {
        if (!rotation.isObject()) {
            problem("", "must be an object such as {\"signedBy\": \"UserDelegationKey\"}");
            return Optional.empty();
        }
        int before = problems.size();
        rotation.fieldNames().forEachRemaining(name -> {
            if (!KNOWN.contains(name)) {
                problem("." + name, "is not a property of sasRotation");
            }
        });
        String signedBy = rotation.path("signedBy").asText("");
        SasRotation read = null;
        if (signedBy.equalsIgnoreCase(ByDelegation.SIGNED_BY)) {
            if (rotation.hasNonNull("accountKeyUri")) {
                problem(".accountKeyUri", "must be absent when signedBy is UserDelegationKey");
            }
            read = new ByDelegation(lifetime(ByDelegation.LONGEST_LIFE, ByDelegation.LONGEST_LIFE));
        } else if (signedBy.equalsIgnoreCase(ByAccountKey.SIGNED_BY)) {
            Duration life = lifetime(ByAccountKey.USUAL_LIFE, ByAccountKey.LONGEST_LIFE);
            Optional<SecretUri> key = accountKey(sasSecret);
            read = key.isPresent() ? new ByAccountKey(key.orElseThrow(), life) : null;
        } else {
            problem(".signedBy", signedBy.isEmpty() ? "is missing" : "must be UserDelegationKey or AccountKey");
        }
        return problems.size() > before ? Optional.empty() : Optional.ofNullable(read);
    }

    private Optional<SecretUri> accountKey(@Nullable SecretUri sasSecret) {
        JsonNode address = rotation.path("accountKeyUri");
        if (!address.isTextual()) {
            problem(
                    ".accountKeyUri",
                    address.isMissingNode() || address.isNull()
                            ? "is missing: name the Key Vault secret that holds the account's key"
                            : "must be a text");
            return Optional.empty();
        }
        try {
            SecretUri key = SecretUri.parse(address.textValue());
            if (sasSecret != null && key.isSameSecretAs(sasSecret)) {
                problem(".accountKeyUri", "names the secret that the SAS is written to; the key has one of its own");
            }
            return Optional.of(key);
        } catch (IllegalArgumentException e) {
            // Its message speaks of another property.
            problem(
                    ".accountKeyUri",
                    "is not the address of a secret: expected https://vault.vault.azure.net/secrets/name");
            return Optional.empty();
        }
    }

    private Duration lifetime(Duration usual, Duration longest) {
        JsonNode text = rotation.path("lifetime");
        if (text.isMissingNode() || text.isNull()) {
            return usual;
        }
        try {
            Duration life = Duration.parse(text.asText());
            if (life.compareTo(SasRotation.SHORTEST_LIFE) >= 0 && life.compareTo(longest) <= 0) {
                return life;
            }
        } catch (DateTimeParseException e) {
            // Falls through to the one message.
        }
        problem(
                ".lifetime",
                "must be a duration from %s to %s, such as %s"
                        .formatted(text(SasRotation.SHORTEST_LIFE), text(longest), text(usual)));
        return usual;
    }

    /** ISO 8601 in days where it is whole days, as people write it. */
    private static String text(Duration life) {
        return life.equals(Duration.ofDays(life.toDays())) ? "P%dD".formatted(life.toDays()) : life.toString();
    }

    private void problem(String property, String text) {
        problems.add(new Problem(at + property, text));
    }
}

package io.transship.core.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.transship.core.storage.SecretUri;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where the registries are that pipelines name, and how to sign in. A registry that is not declared is one of Azure
 * Container Registry under the cloud's suffix, signed in to by managed identity.
 */
public final class RegistryDirectory {

    /** How to sign in to a registry. */
    public sealed interface SignIn {

        /** By the pipeline's managed identity, exchanged at the registry. */
        record Identity() implements SignIn {}

        /** Not at all. */
        record Anonymous() implements SignIn {}

        /** By a user name and a password that a Key Vault secret holds. */
        record Password(String username, SecretUri password) implements SignIn {}
    }

    /**
     * One registry.
     *
     * @param loginServer its address
     * @param tokenHosts further hosts that credentials may be sent to
     */
    public record Entry(URI loginServer, SignIn signIn, Set<String> tokenHosts) {}

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final Set<String> KNOWN =
            Set.of("loginServer", "username", "passwordSecretUri", "anonymous", "tokenHosts");

    private final Map<String, Entry> entries;
    private final String cloudSuffix;

    private RegistryDirectory(Map<String, Entry> entries, String cloudSuffix) {
        this.entries = Map.copyOf(entries);
        this.cloudSuffix = cloudSuffix;
    }

    /**
     * Parses the declaration: a JSON object from registry name to {@code loginServer} and either {@code username} with
     * {@code passwordSecretUri}, or {@code "anonymous": true}, or neither for managed identity.
     *
     * @param cloudSuffix such as {@code .azurecr.io}
     * @param problems every problem is added here; registries that have one are left out
     */
    public static RegistryDirectory parse(String json, String cloudSuffix, List<String> problems) {
        Map<String, Entry> entries = new HashMap<>();
        if (!json.isBlank()) {
            try {
                JsonNode root = MAPPER.readTree(json);
                if (!root.isObject()) {
                    problems.add("must be a JSON object from registry name to its login server");
                }
                root.properties()
                        .forEach(property -> entry(property.getKey(), property.getValue(), problems)
                                .ifPresent(
                                        entry -> entries.put(property.getKey().toLowerCase(Locale.ROOT), entry)));
            } catch (JsonProcessingException e) {
                problems.add("is not valid JSON: " + e.getOriginalMessage());
            }
        }
        return new RegistryDirectory(entries, cloudSuffix);
    }

    /** The registry of this resource name. */
    public Entry find(String registry) {
        String name = registry.toLowerCase(Locale.ROOT);
        Entry declared = entries.get(name);
        return declared != null
                ? declared
                : new Entry(URI.create("https://" + name + cloudSuffix), new SignIn.Identity(), Set.of());
    }

    private static Optional<Entry> entry(String name, JsonNode node, List<String> problems) {
        int before = problems.size();
        node.fieldNames().forEachRemaining(field -> {
            if (!KNOWN.contains(field)) {
                problems.add("%s.%s: is not a property of a registry".formatted(name, field));
            }
        });
        String server = node.path("loginServer").asText("");
        URI address = null;
        try {
            address = URI.create(server.contains("://") ? server : "https://" + server);
        } catch (IllegalArgumentException e) {
            problems.add("%s.loginServer: '%s' is not an address".formatted(name, server));
        }
        if (server.isBlank()) {
            problems.add("%s.loginServer: is missing".formatted(name));
        }
        SignIn signIn = new SignIn.Identity();
        String username = node.path("username").asText("");
        if (node.path("anonymous").asBoolean()) {
            signIn = new SignIn.Anonymous();
        } else if (!username.isEmpty()) {
            try {
                signIn = new SignIn.Password(
                        username, SecretUri.parse(node.path("passwordSecretUri").asText("")));
            } catch (IllegalArgumentException e) {
                problems.add("%s.passwordSecretUri: %s".formatted(name, e.getMessage()));
            }
        }
        Set<String> tokenHosts = new java.util.HashSet<>();
        node.path("tokenHosts").forEach(host -> tokenHosts.add(host.asText()));
        return problems.size() > before || address == null
                ? Optional.empty()
                : Optional.of(new Entry(address, signIn, Set.copyOf(tokenHosts)));
    }
}

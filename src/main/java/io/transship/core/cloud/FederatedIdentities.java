package io.transship.core.cloud;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The identities of other tenants that an operator declared. Immutable and thread-safe. */
public final class FederatedIdentities {

    /** What an app has that declares none. */
    public static final FederatedIdentities NONE = new FederatedIdentities(Map.of());

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final Set<String> KNOWN = Set.of("tenantId", "clientId", "federatedBy", "authorityHost");
    private static final Pattern ID = Pattern.compile("[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    private static final Pattern TENANT =
            Pattern.compile(ID.pattern() + "|[A-Za-z0-9](?:[A-Za-z0-9-]*\\.)+[A-Za-z]{2,63}");
    private static final Pattern MANAGED_IDENTITY = Pattern.compile(
            ID.pattern()
                    + "|/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.ManagedIdentity/userAssignedIdentities/[^/]+",
            Pattern.CASE_INSENSITIVE);

    private final Map<String, FederatedIdentity> byClientId;

    private FederatedIdentities(Map<String, FederatedIdentity> byClientId) {
        this.byClientId = Map.copyOf(byClientId);
    }

    /**
     * Parses the declaration: a JSON object from name to {@code tenantId}, {@code clientId}, {@code federatedBy} (client id
     * or resource id of the managed identity whose token is the assertion) and, for a tenant in another cloud,
     * {@code authorityHost}.
     *
     * @param cloud that the app is in
     * @param problems every problem is added here; identities that have one are left out
     */
    public static FederatedIdentities parse(String json, CloudEndpoints cloud, List<String> problems) {
        Map<String, FederatedIdentity> identities = new HashMap<>();
        if (json.isBlank()) {
            return NONE;
        }
        try {
            JsonNode root = MAPPER.readTree(json);
            if (!root.isObject()) {
                problems.add("must be a JSON object from a name to tenantId, clientId and federatedBy");
            }
            root.properties()
                    .forEach(property -> new Reader(property.getKey(), property.getValue(), problems)
                            .read(cloud)
                            .ifPresent(identity -> {
                                if (identities.put(key(identity.clientId()), identity) != null) {
                                    problems.add(
                                            "%s.clientId: is that of another identity as well; pipelines name identities by it"
                                                    .formatted(identity.name()));
                                }
                            }));
        } catch (JsonProcessingException e) {
            problems.add("is not valid JSON: " + e.getOriginalMessage());
        }
        identities.values().stream()
                .filter(identity -> identities.containsKey(key(identity.federatedBy())))
                .map(identity -> "%s.federatedBy: must be a managed identity, and is one of those declared here"
                        .formatted(identity.name()))
                .sorted()
                .forEach(problems::add);
        return new FederatedIdentities(identities);
    }

    /** The one that a pipeline names by its client id, in any case. */
    public Optional<FederatedIdentity> find(String clientId) {
        return Optional.ofNullable(byClientId.get(key(clientId)));
    }

    private static String key(String clientId) {
        return clientId.toLowerCase(Locale.ROOT);
    }

    /** Reads one identity and goes on after each problem. */
    private record Reader(String name, JsonNode node, List<String> problems) {

        Optional<FederatedIdentity> read(CloudEndpoints cloud) {
            int before = problems.size();
            node.fieldNames().forEachRemaining(field -> {
                if (!KNOWN.contains(field)) {
                    problem(field, "is not a property of an identity; no secret is needed");
                }
            });
            String tenant = text("tenantId", TENANT, "the id of a tenant or one of its domains");
            String client = text("clientId", ID, "the client id of an application");
            String federatedBy = text(
                    "federatedBy",
                    MANAGED_IDENTITY,
                    "the client id or resource id of a user-assigned managed identity");
            CloudEndpoints there = node.has("authorityHost")
                    ? parsed("authorityHost", text -> CloudEndpoints.at(Authority.parse(text), cloud))
                    : cloud;
            return problems.size() > before || tenant == null || client == null || federatedBy == null || there == null
                    ? Optional.empty()
                    : Optional.of(new FederatedIdentity(name, tenant, client, federatedBy, there));
        }

        private @Nullable String text(String field, Pattern form, String expected) {
            return parsed(field, text -> {
                if (!form.matcher(text).matches()) {
                    throw new IllegalArgumentException("is '%s': expected %s".formatted(text, expected));
                }
                return text;
            });
        }

        private <T> @Nullable T parsed(String field, Function<String, T> parser) {
            String text = node.path(field).asText("").trim();
            if (text.isEmpty()) {
                problem(field, "is missing");
                return null;
            }
            try {
                return parser.apply(text);
            } catch (IllegalArgumentException e) {
                problem(field, String.valueOf(e.getMessage()));
                return null;
            }
        }

        private void problem(String field, String text) {
            problems.add("%s.%s: %s".formatted(name, field, text));
        }
    }
}

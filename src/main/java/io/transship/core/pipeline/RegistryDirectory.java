package io.transship.core.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.transship.core.cloud.CloudEndpoints;
import io.transship.core.content.Loopback;
import io.transship.core.registry.pace.RequestClass;
import io.transship.core.registry.pace.RequestLimits;
import io.transship.core.storage.SecretUri;
import java.net.URI;
import java.util.HashMap;
import java.util.HashSet;
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
     * @param limits how much it may be asked
     */
    public record Entry(URI loginServer, SignIn signIn, Set<String> tokenHosts, RequestLimits limits) {}

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final Set<String> KNOWN = Set.of(
            "loginServer",
            "username",
            "passwordSecretUri",
            "anonymous",
            "tokenHosts",
            "requestsPerMinute",
            "concurrency");

    private final Map<String, Entry> entries;
    private final CloudEndpoints cloud;

    private RegistryDirectory(Map<String, Entry> entries, CloudEndpoints cloud) {
        this.entries = Map.copyOf(entries);
        this.cloud = cloud;
    }

    /**
     * Parses the declaration: a JSON object from registry name to {@code loginServer} and either {@code username} with
     * {@code passwordSecretUri}, or {@code "anonymous": true}, or neither for managed identity; {@code tokenHosts} are further
     * hosts that may receive the credentials, such as the one that issues the registry's tokens; {@code requestsPerMinute} and
     * {@code concurrency} are how much it may be asked, if other than what is published for registries of Azure.
     *
     * @param cloud where registries are that are not declared
     * @param problems every problem is added here; registries that have one are left out
     */
    public static RegistryDirectory parse(String json, CloudEndpoints cloud, List<String> problems) {
        Map<String, Entry> entries = new HashMap<>();
        if (!json.isBlank()) {
            try {
                JsonNode root = MAPPER.readTree(json);
                if (!root.isObject()) {
                    problems.add("must be a JSON object from registry name to its login server");
                }
                root.properties()
                        .forEach(property -> entry(property.getKey(), property.getValue(), cloud, problems)
                                .ifPresent(entry -> {
                                    if (entries.put(property.getKey().toLowerCase(Locale.ROOT), entry) != null) {
                                        problems.add(property.getKey() + ": is declared once more");
                                    }
                                }));
            } catch (JsonProcessingException e) {
                problems.add("is not valid JSON: " + e.getOriginalMessage());
            }
        }
        return new RegistryDirectory(entries, cloud);
    }

    /** The cloud that the app is in. */
    public CloudEndpoints cloud() {
        return cloud;
    }

    /** The registry of this resource name. */
    public Entry find(String registry) {
        String name = registry.toLowerCase(Locale.ROOT);
        Entry declared = entries.get(name);
        return declared != null ? declared : undeclared(name);
    }

    private Entry undeclared(String name) {
        return new Entry(cloud.registry(name), new SignIn.Identity(), Set.of(), RequestLimits.AZURE_PREMIUM);
    }

    private static Optional<Entry> entry(String name, JsonNode node, CloudEndpoints cloud, List<String> problems) {
        int before = problems.size();
        node.fieldNames().forEachRemaining(field -> {
            if (!KNOWN.contains(field)) {
                problems.add("%s.%s: is not a property of a registry".formatted(name, field));
            }
        });
        Optional<URI> address = address(name, node.path("loginServer").asText(""), problems);
        SignIn signIn = signIn(name, node, problems);
        JsonNode hosts = node.path("tokenHosts");
        if (!hosts.isArray() && !hosts.isMissingNode()) {
            problems.add("%s.tokenHosts: must be an array of host names".formatted(name));
        }
        Set<String> tokenHosts = new HashSet<>();
        hosts.forEach(host -> tokenHosts.add(host.asText()));
        RequestLimits published =
                address.filter(uri -> cloud.isAzureRegistry(uri.getHost())).isPresent()
                        ? RequestLimits.AZURE_PREMIUM
                        : RequestLimits.NONE;
        RequestLimits limits = limits(name, node, published, problems);
        return problems.size() > before
                ? Optional.empty()
                : address.map(uri -> new Entry(uri, signIn, Set.copyOf(tokenHosts), limits));
    }

    /** What is not declared is as published. */
    private static RequestLimits limits(String name, JsonNode node, RequestLimits published, List<String> problems) {
        RequestLimits limits = published;
        JsonNode perMinute = node.path("requestsPerMinute");
        if (!perMinute.isObject() && !perMinute.isMissingNode()) {
            problems.add("%s.requestsPerMinute: must be an object".formatted(name));
        }
        for (Map.Entry<String, JsonNode> property : perMinute.properties()) {
            Optional<RequestClass> kind = RequestClass.labelled(property.getKey());
            if (kind.isEmpty()) {
                problems.add(
                        "%s.requestsPerMinute.%s: is not a class of requests: expected read, write, referrers or tokens"
                                .formatted(name, property.getKey()));
            } else if (!isCount(property.getValue(), 0)) {
                problems.add("%s.requestsPerMinute.%s: must be a whole number, 0 for no limit"
                        .formatted(name, property.getKey()));
            } else {
                limits = limits.with(kind.get(), property.getValue().intValue());
            }
        }
        JsonNode concurrency = node.path("concurrency");
        if (isCount(concurrency, 1)) {
            return limits.withConcurrency(concurrency.intValue());
        }
        if (!concurrency.isMissingNode()) {
            problems.add("%s.concurrency: must be a whole number, at least 1".formatted(name));
        }
        return limits;
    }

    private static boolean isCount(JsonNode node, int least) {
        return node.isInt() && node.intValue() >= least;
    }

    private static Optional<URI> address(String name, String server, List<String> problems) {
        if (server.isBlank()) {
            problems.add("%s.loginServer: is missing".formatted(name));
            return Optional.empty();
        }
        try {
            URI uri = URI.create(server.contains("://") ? server : "https://" + server);
            boolean plain = uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && List.of("", "/").contains(uri.getRawPath())
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null;
            if (plain
                    && (uri.getScheme().equals("https")
                            || (uri.getScheme().equals("http") && Loopback.isHost(uri.getHost())))) {
                return Optional.of(uri);
            }
        } catch (IllegalArgumentException e) {
            // Falls through to the one message.
        }
        // The text is not shown: it may hold a password.
        problems.add(
                "%s.loginServer: is not the address of a server: expected registry.example.com, or https:// and a host; http:// only on this machine"
                        .formatted(name));
        return Optional.empty();
    }

    private static SignIn signIn(String name, JsonNode node, List<String> problems) {
        boolean anonymous = node.path("anonymous").asBoolean();
        String username = node.path("username").asText("");
        String password = node.path("passwordSecretUri").asText("");
        if (username.isEmpty() && password.isEmpty()) {
            return anonymous ? new SignIn.Anonymous() : new SignIn.Identity();
        }
        if (anonymous) {
            problems.add("%s.anonymous: contradicts username and passwordSecretUri".formatted(name));
        }
        if (username.isEmpty()) {
            problems.add("%s.username: is missing".formatted(name));
        }
        try {
            return new SignIn.Password(username, SecretUri.parse(password));
        } catch (IllegalArgumentException e) {
            problems.add("%s.passwordSecretUri: %s".formatted(name, e.getMessage()));
            return new SignIn.Identity();
        }
    }
}

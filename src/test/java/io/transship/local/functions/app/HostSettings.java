package io.transship.local.functions.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.transship.local.functions.app.QueueOptions.Encoding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * App settings and the host.json that they override. Immutable. Values of settings never appear in messages, because
 * many are secrets.
 *
 * @see <a href="https://learn.microsoft.com/azure/azure-functions/functions-host-json#override-hostjson-values">
 *     Override host.json values</a>
 */
public final class HostSettings {

    private static final String OVERRIDE = "AzureFunctionsJobHost__";
    private static final String DEFAULT_CONNECTION = "AzureWebJobsStorage";
    private static final Pattern PLACEHOLDER = Pattern.compile("%([^%]+)%");
    private static final Duration UNBOUNDED = Duration.ofDays(365);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, String> settings;
    private final String routePrefix;
    private final Duration functionTimeout;
    private final QueueOptions queues;

    private HostSettings(Map<String, String> settings, JsonNode hostJson) {
        this.settings = Map.copyOf(settings);
        this.routePrefix = hostJson.at("/extensions/http/routePrefix").asText("api");
        String timeout = hostJson.path("functionTimeout").asText("00:30:00");
        this.functionTimeout = timeout.equals("-1") ? UNBOUNDED : TimeSpan.parse(timeout);
        this.queues = queueOptions(hostJson.at("/extensions/queues"));
    }

    /** Reads host.json from the staging directory and lays the overriding settings over it. */
    public static HostSettings read(Path staging, Map<String, String> settings) throws StartupException {
        Path file = staging.resolve("host.json");
        try {
            JsonNode tree = JSON.readTree(Files.readString(file));
            if (!(tree instanceof ObjectNode hostJson)
                    || !tree.path("version").asText().equals("2.0")) {
                throw new StartupException(List.of("'%s' must be an object with \"version\": \"2.0\"".formatted(file)));
            }
            new TreeMap<>(settings).forEach((name, value) -> {
                if (name.regionMatches(true, 0, OVERRIDE, 0, OVERRIDE.length())) {
                    override(hostJson, name.substring(OVERRIDE.length()).split("__", -1), value);
                }
            });
            return new HostSettings(settings, hostJson);
        } catch (IOException e) {
            throw new StartupException(
                    List.of("'%s' cannot be read: %s; package the app first".formatted(file, e.getMessage())));
        } catch (IllegalArgumentException e) {
            throw new StartupException(List.of(String.valueOf(e.getMessage())));
        }
    }

    private static void override(ObjectNode root, String[] path, String value) {
        ObjectNode at = root;
        for (int i = 0; i < path.length - 1; i++) {
            String name = existing(at, path[i]);
            at = at.get(name) instanceof ObjectNode child ? child : at.putObject(name);
        }
        at.put(existing(at, path[path.length - 1]), value);
    }

    /** Configuration keys ignore case, JSON does not: finds the spelling that is there already. */
    private static String existing(ObjectNode node, String name) {
        for (Map.Entry<String, JsonNode> property : node.properties()) {
            if (property.getKey().equalsIgnoreCase(name)) {
                return property.getKey();
            }
        }
        return name;
    }

    private QueueOptions queueOptions(JsonNode section) {
        int batchSize = section.path("batchSize").asInt(16);
        String polling = setting("TRANSSHIP_LOCAL_MAX_POLLING")
                .orElseGet(() -> section.path("maxPollingInterval").asText("00:01:00"));
        String encoding = section.path("messageEncoding").asText("base64");
        return new QueueOptions(
                batchSize,
                section.path("newBatchThreshold").asInt(batchSize / 2),
                section.path("maxDequeueCount").asInt(5),
                TimeSpan.parse(section.path("visibilityTimeout").asText("00:00:00")),
                TimeSpan.parse(polling),
                Encoding.valueOf(encoding.toUpperCase(Locale.ROOT)),
                TimeSpan.parse(setting("TRANSSHIP_LOCAL_VISIBILITY").orElse("10m")));
    }

    /** The value of an app setting; a blank one counts as missing. */
    public Optional<String> setting(String name) {
        return Optional.ofNullable(settings.get(name)).filter(value -> !value.isBlank());
    }

    /** The connection string behind a binding's {@code connection} property. */
    public Optional<String> connectionString(String connection) {
        return setting(connection).or(() -> setting("AzureWebJobs" + connection));
    }

    /** The name of the setting that a binding's {@code connection} property means; problems name the function. */
    String connectionName(String function, String connection, List<String> problems) {
        String name = connection.isEmpty() ? DEFAULT_CONNECTION : resolve(function, connection, problems);
        if (connectionString(name).isEmpty()) {
            problems.add(("function '%s': setting '%s' is missing; this host needs a connection string there"
                            + " (identity-based connections work on Azure only)")
                    .formatted(function, name));
        }
        return name;
    }

    /** Replaces every {@code %NAME%} by the setting of that name; problems name the function and the setting. */
    String resolve(String function, String text, List<String> problems) {
        Matcher matcher = PLACEHOLDER.matcher(text);
        return matcher.replaceAll(match -> {
            Optional<String> value = setting(match.group(1));
            if (value.isEmpty()) {
                problems.add("function '%s': setting '%s' is missing; '%s' refers to it"
                        .formatted(function, match.group(1), text));
            }
            return Matcher.quoteReplacement(value.orElse(""));
        });
    }

    public String routePrefix() {
        return routePrefix;
    }

    Duration functionTimeout() {
        return functionTimeout;
    }

    public QueueOptions queues() {
        return queues;
    }
}

package io.transship.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.transship.local.EventSource.Schema;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Pipelines and registries beside those of the demo, declared where an operator would: in the app settings. Each pipeline
 * has the container of its own name, opened by the secret {@code <name>-sas}, so that no test meets another's archives.
 * For one thread.
 */
public final class MorePipelines {

    private static final String PIPELINES = "TRANSSHIP_PIPELINES";
    private static final String REGISTRIES = "TRANSSHIP_REGISTRIES";

    private final List<Declared> pipelines = new ArrayList<>();
    private final Map<String, Registry> registries = new LinkedHashMap<>();
    private final Map<String, Door> doors = new LinkedHashMap<>();

    /** Which way a pipeline goes. */
    enum Direction {
        EXPORT("exportPipelines", "srcstore", "target"),
        IMPORT("importPipelines", "dststore", "source");

        private final String segment;
        private final String account;
        private final String property;

        Direction(String segment, String account, String property) {
            this.segment = segment;
            this.account = account;
            this.property = property;
        }

        /** The storage account of such pipelines. */
        String account() {
            return account;
        }
    }

    /** One pipeline. */
    record Declared(Direction direction, String registry, String name, List<String> options, Schema events) {

        static String secretOf(String pipeline) {
            return pipeline + "-sas";
        }
    }

    /** One more name for a registry. */
    private record Door(String other, String passwordSecret) {}

    private record Registry(URI address, String passwordSecret) {}

    /** Declares a pipeline out of a registry. */
    public MorePipelines exporting(String registry, String name, String... options) {
        pipelines.add(new Declared(Direction.EXPORT, registry, name, List.of(options), Schema.EVENT_GRID));
        return this;
    }

    /** Declares a pipeline into a registry, which an archive starts that arrives. */
    public MorePipelines importing(String registry, String name, String... options) {
        pipelines.add(new Declared(Direction.IMPORT, registry, name, List.of(options), Schema.EVENT_GRID));
        return this;
    }

    /** The same with events that come as CloudEvents. */
    public MorePipelines importingByCloudEvents(String registry, String name) {
        pipelines.add(new Declared(Direction.IMPORT, registry, name, List.of(), Schema.CLOUD_EVENTS));
        return this;
    }

    /**
     * Declares a registry.
     *
     * @param address of its server, whether it runs or not
     * @param passwordSecret name of the secret with the password of {@link LocalCloud#USERNAME}
     */
    public MorePipelines registry(String name, URI address, String passwordSecret) {
        registries.put(name, new Registry(address, passwordSecret));
        return this;
    }

    /** Declares the server of another registry once more, with another password. */
    public MorePipelines registryLike(String other, String name, String passwordSecret) {
        doors.put(name, new Door(other, passwordSecret));
        return this;
    }

    String registryOf(String pipeline) {
        if (pipeline.equals("importdemo")) {
            return "target"; // The one of the demo is always there.
        }
        return pipelines.stream()
                .filter(declared -> declared.name().equals(pipeline))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no pipeline '%s' is declared".formatted(pipeline)))
                .registry();
    }

    List<Declared> declared() {
        return List.copyOf(pipelines);
    }

    /** Adds the declarations to the settings of the local cloud. */
    Map<String, String> addTo(Map<String, String> settings) {
        ArrayNode pipelinesJson = (ArrayNode) parse(settings.get(PIPELINES));
        ObjectNode demo = (ObjectNode) pipelinesJson.get(0);
        pipelines.forEach(pipeline -> pipelinesJson.add(json(pipeline, demo)));
        settings.put(PIPELINES, pipelinesJson.toString());
        ObjectNode registriesJson = (ObjectNode) parse(settings.get(REGISTRIES));
        URI vault = URI.create(demo.at("/properties/target/keyVaultUri").asText());
        Map<String, Registry> all = new LinkedHashMap<>(registries);
        doors.forEach((name, door) -> {
            URI address = URI.create(
                    registriesJson.path(door.other()).path("loginServer").asText());
            all.put(name, new Registry(address, door.passwordSecret()));
        });
        all.forEach((name, registry) -> registriesJson
                .putObject(name)
                .put("loginServer", registry.address().toString())
                .put("username", LocalCloud.USERNAME)
                .put(
                        "passwordSecretUri",
                        vault.resolve("/secrets/" + registry.passwordSecret()).toString()));
        settings.put(REGISTRIES, registriesJson.toString());
        return settings;
    }

    /** The demo's export pipeline names the storage services and the vault; everything else is the pipeline's own. */
    private static ObjectNode json(Declared pipeline, ObjectNode demo) {
        Direction direction = pipeline.direction();
        JsonNode known = demo.at(direction == Direction.EXPORT ? "/properties/target" : "/properties/relay");
        URI container = URI.create(known.path("uri").asText());
        URI vault = URI.create(known.path("keyVaultUri").asText());
        ObjectNode json = JsonExchange.JSON
                .createObjectNode()
                .put(
                        "id",
                        CloudSettings.REGISTRIES
                                + "%s/%s/%s".formatted(pipeline.registry(), direction.segment, pipeline.name()));
        json.putObject("identity").put("type", "SystemAssigned");
        ObjectNode properties = json.putObject("properties");
        pipeline.options().forEach(properties.putArray("options")::add);
        properties
                .putObject(direction.property)
                .put("type", "AzureStorageBlobContainer")
                .put(
                        "uri",
                        container
                                .resolve("/%s/%s".formatted(direction.account(), pipeline.name()))
                                .toString())
                .put(
                        "keyVaultUri",
                        vault.resolve("/secrets/" + Declared.secretOf(pipeline.name()))
                                .toString())
                .put("storageAccessMode", "SasToken");
        return json;
    }

    private static JsonNode parse(@Nullable String json) {
        try {
            return JsonExchange.JSON.readTree(String.valueOf(json));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the settings of the local cloud are not JSON", e);
        }
    }
}

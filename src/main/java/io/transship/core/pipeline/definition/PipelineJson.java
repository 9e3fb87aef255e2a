package io.transship.core.pipeline.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.transship.core.pipeline.Pipeline;
import io.transship.core.pipeline.Pipeline.ExportPipeline;
import io.transship.core.pipeline.Pipeline.ImportPipeline;
import io.transship.core.pipeline.Pipeline.Trigger;
import io.transship.core.pipeline.PipelineContainer;
import io.transship.core.pipeline.Problem;
import io.transship.core.pipeline.ResourceId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Pipelines as JSON in ARM's shape: how they are declared, put, shown and kept. */
public final class PipelineJson {

    private PipelineJson() {}

    /**
     * Reads a pipeline by the {@code id} in it.
     *
     * @param problems every problem is added here
     * @return empty if there is a problem
     */
    public static Optional<PipelineDefinition> read(JsonNode resource, List<Problem> problems) {
        return new PipelineReader(resource, problems).read();
    }

    /** The same for a pipeline whose id is known otherwise; one in the JSON is not looked at. */
    public static Optional<PipelineDefinition> read(ResourceId id, JsonNode resource, List<Problem> problems) {
        return new PipelineReader(resource, problems).read(id);
    }

    /** Shows a pipeline; {@link #read} understands what this writes. */
    public static ObjectNode write(PipelineDefinition definition) {
        Pipeline pipeline = definition.pipeline();
        ObjectNode resource = JsonNodeFactory.instance.objectNode();
        resource.put("id", pipeline.id().toString());
        resource.put("name", pipeline.id().name());
        resource.put("type", pipeline.id().type().armType());
        definition.location().ifPresent(location -> resource.put("location", location));
        resource.set("identity", identity(definition.identity()));
        ObjectNode properties = resource.putObject("properties");
        switch (pipeline) {
            case ExportPipeline export -> {
                properties.set("target", container(export.container()));
                export.relay().ifPresent(relay -> properties.set("relay", container(relay)));
            }
            case ImportPipeline importer -> {
                properties.set("source", container(importer.container()));
                properties
                        .putObject("trigger")
                        .putObject("sourceTrigger")
                        .put("status", importer.trigger() == Trigger.ENABLED ? "Enabled" : "Disabled");
            }
        }
        var options = properties.putArray("options");
        pipeline.options().stream().sorted().forEach(option -> options.add(option.armName()));
        properties.put("provisioningState", "Succeeded");
        ObjectNode system = systemData(definition.systemData());
        if (!system.isEmpty()) {
            resource.set("systemData", system);
        }
        return resource;
    }

    private static ObjectNode identity(ResourceIdentity identity) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("type", identity.type().armName());
        if (!identity.userAssigned().isEmpty()) {
            ObjectNode assigned = node.putObject("userAssignedIdentities");
            new TreeMap<>(identity.userAssigned()).forEach((id, clientId) -> {
                ObjectNode one = assigned.putObject(id);
                clientId.ifPresent(known -> one.put("clientId", known));
            });
        }
        return node;
    }

    private static ObjectNode container(PipelineContainer container) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("type", "AzureStorageBlobContainer");
        node.put("uri", container.uri().toString());
        container.sasSecret().ifPresent(secret -> node.put("keyVaultUri", secret.toString()));
        node.put("storageAccessMode", container.storageAccessMode());
        container.rotation().ifPresent(rotation -> node.set("sasRotation", SasRotationJson.write(rotation)));
        return node;
    }

    private static ObjectNode systemData(SystemData data) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        data.createdBy().ifPresent(by -> node.put("createdBy", by));
        data.createdAt().ifPresent(at -> node.put("createdAt", at.toString()));
        data.lastModifiedBy().ifPresent(by -> node.put("lastModifiedBy", by));
        data.lastModifiedAt().ifPresent(at -> node.put("lastModifiedAt", at.toString()));
        return node;
    }

    static SystemData systemData(JsonNode node) {
        return new SystemData(
                text(node.path("createdBy")),
                text(node.path("createdAt")).map(Instant::parse),
                text(node.path("lastModifiedBy")),
                text(node.path("lastModifiedAt")).map(Instant::parse));
    }

    private static Optional<String> text(JsonNode node) {
        return Optional.ofNullable(node.textValue());
    }
}

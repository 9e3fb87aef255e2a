package io.transship.core.pipeline.definition;

import com.fasterxml.jackson.databind.JsonNode;
import io.transship.core.pipeline.Pipeline;
import io.transship.core.pipeline.Pipeline.ExportPipeline;
import io.transship.core.pipeline.Pipeline.ImportPipeline;
import io.transship.core.pipeline.Pipeline.Trigger;
import io.transship.core.pipeline.PipelineContainer;
import io.transship.core.pipeline.PipelineOption;
import io.transship.core.pipeline.Problem;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.SasRotation;
import io.transship.core.storage.ContainerUri;
import io.transship.core.storage.SecretUri;
import java.time.DateTimeException;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads one pipeline and goes on after each problem, so that all are known at once. */
final class PipelineReader {

    private static final Set<String> KNOWN =
            Set.of("source", "target", "relay", "options", "trigger", "provisioningState");
    private static final Set<String> KNOWN_OF_CONTAINER =
            Set.of("type", "uri", "keyVaultUri", "storageAccessMode", "sasRotation");
    private static final Pattern IDENTITY_ID = Pattern.compile(
            "/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.ManagedIdentity/userAssignedIdentities/[^/]+",
            Pattern.CASE_INSENSITIVE);
    private static final String CONTAINER_TYPE = "AzureStorageBlobContainer";

    private final JsonNode resource;
    private final JsonNode properties;
    private final List<Problem> problems;
    private final int problemsBefore;

    PipelineReader(JsonNode resource, List<Problem> problems) {
        this.resource = resource;
        this.properties = resource.path("properties");
        this.problems = problems;
        this.problemsBefore = problems.size();
    }

    Optional<PipelineDefinition> read() {
        return read(value("id", resource.path("id"), ResourceId::parse));
    }

    Optional<PipelineDefinition> read(@Nullable ResourceId id) {
        if (!properties.isObject() && !properties.isMissingNode()) {
            problem("properties", "must be an object");
        }
        properties.fieldNames().forEachRemaining(name -> {
            if (!KNOWN.contains(name)) {
                problem("properties." + name, "is not a property of a pipeline");
            }
        });
        Set<PipelineOption> options = options();
        ResourceIdentity identity = identity();
        Optional<String> location = optionalText("location");
        if (id == null) {
            // Whatever it is, its containers can be looked at.
            Stream.of("source", "target", "relay").filter(properties::has).forEach(this::container);
            return Optional.empty();
        }
        Pipeline pipeline = switch (id.type()) {
            case EXPORT_PIPELINE -> exportPipeline(id, options, identity);
            case IMPORT_PIPELINE -> importPipeline(id, options, identity);
            case PIPELINE_RUN -> {
                problem("id", "names a run, not a pipeline");
                yield null;
            }
        };
        if (pipeline == null || problems.size() > problemsBefore) {
            return Optional.empty();
        }
        return Optional.of(new PipelineDefinition(pipeline, location, identity, systemData()));
    }

    private @Nullable Pipeline exportPipeline(ResourceId id, Set<PipelineOption> options, ResourceIdentity identity) {
        refuse("an ExportPipeline", "source", "trigger");
        PipelineContainer target = container("target");
        Optional<PipelineContainer> relay =
                isGiven("relay") ? Optional.ofNullable(container("relay")) : Optional.empty();
        return target == null ? null : new ExportPipeline(id, target, relay, options, identity.actingAs());
    }

    private @Nullable Pipeline importPipeline(ResourceId id, Set<PipelineOption> options, ResourceIdentity identity) {
        refuse("an ImportPipeline", "target", "relay");
        PipelineContainer source = container("source");
        JsonNode status = properties.path("trigger").path("sourceTrigger").path("status");
        Trigger trigger = switch (status.asText("Enabled").toLowerCase(Locale.ROOT)) {
            case "enabled" -> Trigger.ENABLED;
            case "disabled" -> Trigger.DISABLED;
            default -> {
                problem("properties.trigger.sourceTrigger.status", "must be Enabled or Disabled");
                yield Trigger.ENABLED;
            }
        };
        return source == null ? null : new ImportPipeline(id, source, trigger, options, identity.actingAs());
    }

    private boolean isGiven(String property) {
        return properties.hasNonNull(property);
    }

    private void refuse(String kind, String... names) {
        for (String name : names) {
            if (isGiven(name)) {
                problem("properties." + name, "is not a property of " + kind);
            }
        }
    }

    private @Nullable PipelineContainer container(String property) {
        JsonNode container = properties.path(property);
        String at = "properties." + property;
        container.fieldNames().forEachRemaining(name -> {
            if (!KNOWN_OF_CONTAINER.contains(name)) {
                problem(at + "." + name, "is not a property of a container");
            }
        });
        String type = container.path("type").asText(CONTAINER_TYPE);
        if (!type.equalsIgnoreCase(CONTAINER_TYPE)) {
            problem(at + ".type", "must be " + CONTAINER_TYPE);
        }
        ContainerUri uri = value(at + ".uri", container.path("uri"), ContainerUri::parse);
        JsonNode secret = container.path("keyVaultUri");
        boolean hasSecret = secret.isTextual() && !secret.textValue().isBlank();
        return switch (container.path("storageAccessMode").asText("SasToken").toLowerCase(Locale.ROOT)) {
            case "sastoken" -> {
                SecretUri secretUri = value(at + ".keyVaultUri", secret, SecretUri::parse);
                Optional<SasRotation> rotation = rotation(container, at, secretUri);
                yield uri == null || secretUri == null
                        ? null
                        : new PipelineContainer(uri, Optional.of(secretUri), rotation);
            }
            case "managedidentity" -> {
                if (hasSecret) {
                    problem(at + ".keyVaultUri", "must be absent when storageAccessMode is ManagedIdentity");
                }
                if (container.hasNonNull("sasRotation")) {
                    problem(at + ".sasRotation", "must be absent when storageAccessMode is ManagedIdentity");
                }
                yield uri == null ? null : new PipelineContainer(uri, Optional.empty());
            }
            default -> {
                problem(at + ".storageAccessMode", "must be SasToken or ManagedIdentity");
                yield null;
            }
        };
    }

    private Optional<SasRotation> rotation(JsonNode container, String at, @Nullable SecretUri secret) {
        if (!container.hasNonNull("sasRotation")) {
            return Optional.empty();
        }
        Optional<SasRotation> rotation =
                SasRotationJson.read(container.get("sasRotation"), at + ".sasRotation", secret, problems);
        if (secret != null && secret.version().isPresent()) {
            problem(
                    at + ".keyVaultUri",
                    "must name no version with sasRotation, which writes new ones: leave out '/%s'"
                            .formatted(secret.version().get()));
            return Optional.empty();
        }
        return rotation;
    }

    private Set<PipelineOption> options() {
        Set<PipelineOption> options = EnumSet.noneOf(PipelineOption.class);
        JsonNode declared = properties.path("options");
        if (!declared.isArray() && !declared.isMissingNode() && !declared.isNull()) {
            problem("properties.options", "must be an array");
        }
        for (int i = 0; i < declared.size(); i++) {
            PipelineOption parsed = value("properties.options[" + i + "]", declared.get(i), PipelineOption::parse);
            if (parsed != null) {
                options.add(parsed);
            }
        }
        return options;
    }

    private ResourceIdentity identity() {
        JsonNode identity = resource.path("identity");
        Map<String, Optional<String>> assigned = new HashMap<>();
        identity.path("userAssignedIdentities").properties().forEach(entry -> {
            JsonNode clientId = entry.getValue().path("clientId");
            if (!clientId.isTextual() && !IDENTITY_ID.matcher(entry.getKey()).matches()) {
                problem(
                        "identity.userAssignedIdentities",
                        "'%s' is not the resource id of an identity: expected /subscriptions/…/providers/Microsoft.ManagedIdentity/userAssignedIdentities/…"
                                .formatted(entry.getKey()));
            }
            assigned.put(entry.getKey(), Optional.ofNullable(clientId.textValue()));
        });
        String standard = assigned.isEmpty() ? "SystemAssigned" : "UserAssigned";
        Optional<ResourceIdentity.Type> type =
                ResourceIdentity.Type.parse(identity.path("type").asText(standard));
        if (type.isEmpty()) {
            problem("identity.type", "must be SystemAssigned, UserAssigned or None");
            return ResourceIdentity.SYSTEM;
        }
        boolean needsAssigned =
                type.get() == ResourceIdentity.Type.USER_ASSIGNED || type.get() == ResourceIdentity.Type.BOTH;
        if (needsAssigned && assigned.size() != 1) {
            problem(
                    "identity.userAssignedIdentities",
                    "must name one identity by its resource id, /subscriptions/…/userAssignedIdentities/…");
        }
        if (!needsAssigned && !assigned.isEmpty()) {
            problem(
                    "identity.userAssignedIdentities",
                    "contradicts the type " + type.get().armName());
        }
        return new ResourceIdentity(type.get(), assigned);
    }

    private SystemData systemData() {
        try {
            return PipelineJson.systemData(resource.path("systemData"));
        } catch (DateTimeException e) {
            return SystemData.NONE; // ARM's own words that someone sent back; nothing depends on them.
        }
    }

    private Optional<String> optionalText(String property) {
        JsonNode node = resource.path(property);
        return node.isMissingNode() || node.isNull()
                ? Optional.empty()
                : Optional.ofNullable(value(property, node, text -> text));
    }

    private <T> @Nullable T value(String at, JsonNode text, Function<String, T> parser) {
        if (!text.isTextual()) {
            problem(at, text.isMissingNode() || text.isNull() ? "is missing" : "must be a text");
            return null;
        }
        try {
            return parser.apply(text.textValue());
        } catch (IllegalArgumentException e) {
            problem(at, String.valueOf(e.getMessage()));
            return null;
        }
    }

    private void problem(String at, String text) {
        problems.add(new Problem(at, text));
    }
}

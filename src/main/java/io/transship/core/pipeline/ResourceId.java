package io.transship.core.pipeline;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The Azure Resource Manager id of a pipeline or run. Segments that ARM compares without regard to case compare so here:
 * two ids that differ in case alone are equal.
 */
public final class ResourceId {

    /** The kinds of resource, with the segment that names them in an id. */
    public enum Type {
        EXPORT_PIPELINE("exportPipelines"),
        IMPORT_PIPELINE("importPipelines"),
        PIPELINE_RUN("pipelineRuns");

        private final String segment;

        Type(String segment) {
            this.segment = segment;
        }

        public String segment() {
            return segment;
        }

        /** The full type, as the {@code type} property of a resource has it. */
        public String armType() {
            return "Microsoft.ContainerRegistry/registries/" + segment;
        }
    }

    private static final Pattern ID = Pattern.compile(
            "/subscriptions/([a-zA-Z0-9-]{1,64})/resourceGroups/([\\p{L}\\p{N}._()-]{1,90})/providers/Microsoft\\.ContainerRegistry"
                    + "/registries/([^/]+)/([a-zA-Z]+)/([^/]+)",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern REGISTRY = Pattern.compile("[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,48}[a-zA-Z0-9])?");
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_-]{0,79}");

    private final String subscription;
    private final String resourceGroup;
    private final String registry;
    private final Type type;
    private final String name;

    private ResourceId(String subscription, String resourceGroup, String registry, Type type, String name) {
        this.subscription = subscription;
        this.resourceGroup = resourceGroup;
        this.registry = registry;
        this.type = type;
        this.name = name;
    }

    /**
     * Parses an id.
     *
     * @throws IllegalArgumentException if it is not the id of a pipeline or run
     */
    public static ResourceId parse(String text) {
        Matcher id = ID.matcher(text);
        if (!id.matches()) {
            throw new IllegalArgumentException(
                    ("resource id '%s' is not valid: expected /subscriptions/…/resourceGroups/…/providers/"
                                    + "Microsoft.ContainerRegistry/registries/…/exportPipelines|importPipelines|pipelineRuns/…")
                            .formatted(text.length() > 500 ? text.substring(0, 500) + "…" : text));
        }
        for (Type type : Type.values()) {
            if (type.segment.equalsIgnoreCase(id.group(4))) {
                return of(id.group(1), id.group(2), id.group(3), type, id.group(5));
            }
        }
        throw new IllegalArgumentException(
                "resource type '%s' is not known: expected exportPipelines, importPipelines or pipelineRuns"
                        .formatted(id.group(4)));
    }

    /**
     * Puts an id together from its parts.
     *
     * @throws IllegalArgumentException if the registry's or the resource's name is not valid
     */
    public static ResourceId of(String subscription, String resourceGroup, String registry, Type type, String name) {
        if (!REGISTRY.matcher(registry).matches()) {
            throw new IllegalArgumentException(
                    "registry name '%s' is not valid: expected letters, digits and hyphens, at most 50 characters"
                            .formatted(registry));
        }
        requireName(name);
        return new ResourceId(subscription, resourceGroup, registry, type, name);
    }

    /**
     * Lets the name of a resource pass.
     *
     * @throws IllegalArgumentException if it cannot be one
     */
    public static void requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "name '%s' is not valid: expected letters, digits, - and _, at most 80 characters".formatted(name));
        }
    }

    /** The id of a resource of another kind or name under the same registry. */
    public ResourceId sibling(Type otherType, String otherName) {
        return of(subscription, resourceGroup, registry, otherType, otherName);
    }

    /** The registry's resource name, which is not always its host. */
    public String registry() {
        return registry;
    }

    public Type type() {
        return type;
    }

    public String name() {
        return name;
    }

    /** The id of the registry resource in lower case: the same for all resources under one registry. */
    public String scope() {
        return "/subscriptions/%s/resourcegroups/%s/providers/microsoft.containerregistry/registries/%s"
                .formatted(subscription, resourceGroup, registry)
                .toLowerCase(Locale.ROOT);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ResourceId that && key().equals(that.key());
    }

    @Override
    public int hashCode() {
        return key().hashCode();
    }

    private String key() {
        return toString().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return "/subscriptions/%s/resourceGroups/%s/providers/Microsoft.ContainerRegistry/registries/%s/%s/%s"
                .formatted(subscription, resourceGroup, registry, type.segment, name);
    }
}

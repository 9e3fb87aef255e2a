package io.transship.functions.arm;

import io.transship.core.pipeline.InvalidResourceException;
import io.transship.core.pipeline.Problem;
import io.transship.core.pipeline.ResourceId;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a path names. The path is read as a whole and not by the parameters of its route, because the Functions host cannot
 * bind one that is not there. ARM compares the fixed segments without regard to case.
 */
sealed interface ArmPath {

    /** Comes before every resource. */
    String START = "/subscriptions/";

    /**
     * All resources of a kind under a registry.
     *
     * @param any an id under that registry, of no resource
     */
    record Collection(ResourceId any) implements ArmPath {}

    /** One resource, or what can be done to a collection. */
    record Item(ResourceId id) implements ArmPath {}

    /** Something that can be done to a resource. */
    record Verb(ResourceId id, String verb) implements ArmPath {}

    /** A long operation on a resource. */
    record Operation(ResourceId id, String operation) implements ArmPath {}

    /** Segments from {@code subscriptions} to the registry's name. */
    int REGISTRY_SEGMENTS = 8;

    /**
     * Parses the path of an address.
     *
     * @throws ArmError if it is not the path of a resource here
     * @throws InvalidResourceException if a name in it is not valid
     */
    static ArmPath of(URI uri) throws ArmError {
        String path = uri.getPath();
        int start = path.toLowerCase(Locale.ROOT).indexOf(START);
        List<String> parts = start < 0
                ? List.of()
                : Arrays.stream(path.substring(start).split("/", -1))
                        .filter(part -> !part.isEmpty())
                        .toList();
        int behind = parts.size() - REGISTRY_SEGMENTS;
        Optional<ResourceId.Type> type = behind < 1 ? Optional.empty() : type(parts.get(REGISTRY_SEGMENTS));
        if (type.isPresent()) {
            List<String> names = parts.subList(REGISTRY_SEGMENTS + 1, parts.size());
            switch (names.size()) {
                case 0 -> {
                    return new Collection(id(parts, type.get(), "any"));
                }
                case 1 -> {
                    return new Item(id(parts, type.get(), names.getFirst()));
                }
                case 2 -> {
                    return new Verb(id(parts, type.get(), names.getFirst()), names.get(1));
                }
                case 3 -> {
                    if (names.get(1).equalsIgnoreCase("operationStatuses")) {
                        return new Operation(id(parts, type.get(), names.getFirst()), names.get(2));
                    }
                }
                default -> {}
            }
        }
        throw ArmError.notFound(
                "'%s' is not the path of a resource: expected /subscriptions/…/resourceGroups/…/providers/Microsoft.ContainerRegistry/registries/… and exportPipelines, importPipelines or pipelineRuns, then a name"
                        .formatted(path));
    }

    private static ResourceId id(List<String> parts, ResourceId.Type type, String name) {
        try {
            return ResourceId.parse(
                    "/%s/%s/%s".formatted(String.join("/", parts.subList(0, REGISTRY_SEGMENTS)), type.segment(), name));
        } catch (IllegalArgumentException e) {
            throw new InvalidResourceException(List.of(new Problem("name", String.valueOf(e.getMessage()))));
        }
    }

    private static Optional<ResourceId.Type> type(String segment) {
        return Arrays.stream(ResourceId.Type.values())
                .filter(type -> type.segment().equalsIgnoreCase(segment))
                .findFirst();
    }
}

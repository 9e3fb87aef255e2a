package io.transship.core.pipeline;

import io.transship.core.sas.SasRequirements;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A pipeline: long-lived configuration that runs are started from.
 *
 * @see <a href="https://learn.microsoft.com/azure/container-registry/container-registry-transfer-prerequisites">ACR
 *     Transfer</a>
 */
public sealed interface Pipeline {

    /** Its id; the registry in it is the one that is read (export) or written (import). */
    ResourceId id();

    /** Where archives are written to (export) or read from (import). */
    PipelineContainer container();

    /** All containers that it uses, each with what its legs need of it. */
    List<ContainerUse> uses();

    /** All containers that it uses. */
    default List<PipelineContainer> containers() {
        return uses().stream().map(ContainerUse::container).toList();
    }

    Set<PipelineOption> options();

    /** Resource id or client id of the user-assigned identity that it acts as; empty for the system-assigned one. */
    Optional<String> identity();

    default boolean has(PipelineOption option) {
        return options().contains(option);
    }

    /**
     * From a registry into a container.
     *
     * @param relay the container that a finished archive is copied to; empty if something else carries it over
     */
    record ExportPipeline(
            ResourceId id,
            PipelineContainer container,
            Optional<PipelineContainer> relay,
            Set<PipelineOption> options,
            Optional<String> identity)
            implements Pipeline {

        /** Relaying reads what exporting has written: those rights are among the ones for writing. */
        @Override
        public List<ContainerUse> uses() {
            return Stream.concat(
                            Stream.of(new ContainerUse(container, SasRequirements.EXPORT)),
                            relay.stream().map(far -> new ContainerUse(far, SasRequirements.RELAY_TARGET)))
                    .toList();
        }
    }

    /**
     * From a container into a registry.
     *
     * @param trigger whether an archive that arrives in the container starts a run by itself
     */
    record ImportPipeline(
            ResourceId id,
            PipelineContainer container,
            Trigger trigger,
            Set<PipelineOption> options,
            Optional<String> identity)
            implements Pipeline {

        @Override
        public List<ContainerUse> uses() {
            return List.of(new ContainerUse(
                    container,
                    has(PipelineOption.DELETE_SOURCE_BLOB_ON_SUCCESS)
                            ? SasRequirements.IMPORT_AND_DELETE
                            : SasRequirements.IMPORT));
        }
    }

    /** A container and what is needed of it. */
    record ContainerUse(PipelineContainer container, SasRequirements requirements) {}

    /** Status of an import pipeline's source trigger. */
    enum Trigger {
        ENABLED,
        DISABLED
    }
}

package io.transship.core.pipeline.rotation;

import io.transship.core.pipeline.Pipeline;
import io.transship.core.pipeline.SasRotation;
import io.transship.core.sas.SasPermission;
import io.transship.core.sas.SasRequirements;
import io.transship.core.sas.SasTerms;
import io.transship.core.sas.SasToken;
import io.transship.core.storage.ContainerUri;
import io.transship.core.storage.SecretUri;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A secret whose SAS is rotated, and all that pipelines want of it.
 *
 * @param pipelines those that name the secret, in the order of their ids
 * @param identity what the first pipeline that wants it rotated acts as
 * @param contradiction what the pipelines disagree about, in words for their owner; empty if they agree
 */
record RotatedSecret(
        SecretUri secret,
        ContainerUri container,
        SasRotation rotation,
        Set<SasRequirements> requirements,
        List<Pipeline> pipelines,
        Optional<String> identity,
        Optional<String> contradiction) {

    RotatedSecret {
        requirements = Set.copyOf(requirements);
        pipelines = List.copyOf(pipelines);
    }

    /** Exactly what is needed, by all pipelines together. */
    Set<SasPermission> permissions() {
        return requirements.stream()
                .flatMap(requirement -> requirement.needed().stream())
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(SasPermission.class)));
    }

    SasTerms terms() {
        return new SasTerms(
                switch (rotation) {
                    case SasRotation.ByDelegation delegated -> SasToken.Kind.USER_DELEGATION;
                    case SasRotation.ByAccountKey byKey -> SasToken.Kind.SERVICE;
                },
                permissions(),
                rotation.lifetime());
    }

    /** The names of the pipelines, for people. */
    String pipelineNames() {
        return pipelines.stream()
                .map(pipeline -> pipeline.id().name())
                .distinct()
                .collect(Collectors.joining(", "));
    }
}

package io.transship.core.pipeline.rotation;

import io.transship.core.pipeline.Pipeline;
import io.transship.core.pipeline.Pipeline.ContainerUse;
import io.transship.core.pipeline.PipelineContainer;
import io.transship.core.pipeline.SasRotation;
import io.transship.core.pipeline.SasRotation.ByAccountKey;
import io.transship.core.sas.SasRequirements;
import io.transship.core.storage.SecretUri;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Which secrets are rotated, as all pipelines together want it. A pipeline that names a rotated secret and says nothing of
 * rotation has its part in the rights; one that means another container, or wants it rotated in another way, contradicts.
 */
final class RotationPlan {

    /** One pipeline's use of one secret. */
    private record Use(Pipeline pipeline, PipelineContainer container, SasRequirements requirements) {}

    private final List<RotatedSecret> secrets = new ArrayList<>();

    private RotationPlan(List<Pipeline> pipelines) {
        Map<String, List<Use>> uses = new TreeMap<>();
        for (Pipeline pipeline : pipelines) {
            for (ContainerUse use : pipeline.uses()) {
                use.container()
                        .sasSecret()
                        // Whoever pins a version keeps what is in it.
                        .filter(secret -> secret.version().isEmpty())
                        .ifPresent(secret -> uses.computeIfAbsent(secret.key(), key -> new ArrayList<>())
                                .add(new Use(pipeline, use.container(), use.requirements())));
            }
        }
        Set<String> accountKeys = pipelines.stream()
                .flatMap(pipeline -> pipeline.containers().stream())
                .flatMap(container -> container.rotation().stream())
                .flatMap(rotation -> rotation instanceof ByAccountKey byKey
                        ? Optional.of(byKey.accountKey().key()).stream()
                        : Optional.<String>empty().stream())
                .collect(Collectors.toSet());
        uses.forEach((key, ofSecret) -> secret(ofSecret, accountKeys).ifPresent(secrets::add));
    }

    static RotationPlan of(List<Pipeline> pipelines) {
        return new RotationPlan(pipelines);
    }

    /** In the order of their addresses. */
    List<RotatedSecret> secrets() {
        return List.copyOf(secrets);
    }

    Optional<RotatedSecret> find(SecretUri secret) {
        return secrets.stream()
                .filter(rotated -> rotated.secret().isSameSecretAs(secret))
                .findFirst();
    }

    private static Optional<RotatedSecret> secret(List<Use> uses, Set<String> accountKeys) {
        Optional<Use> wanted = uses.stream()
                .filter(use -> use.container().rotation().isPresent())
                .findFirst();
        if (wanted.isEmpty()) {
            return Optional.empty();
        }
        Use first = wanted.get();
        SecretUri secret = first.container().sasSecret().orElseThrow();
        SasRotation rotation = first.container().rotation().orElseThrow();
        Set<SasRequirements> requirements = EnumSet.noneOf(SasRequirements.class);
        uses.forEach(use -> requirements.add(use.requirements()));
        Optional<String> contradiction = uses.stream()
                .flatMap(use -> contradiction(first, use).stream())
                .findFirst()
                .or(() -> accountKeys.contains(secret.key())
                        ? Optional.of(
                                "a pipeline has the account's key in it (accountKeyUri), and a SAS would be written over that; give the SAS a secret of its own")
                        : Optional.empty());
        return Optional.of(new RotatedSecret(
                secret,
                first.container().uri(),
                rotation,
                requirements,
                uses.stream().map(Use::pipeline).distinct().toList(),
                first.pipeline().identity(),
                contradiction));
    }

    private static Optional<String> contradiction(Use first, Use other) {
        String names = "pipelines '%s' and '%s'"
                .formatted(first.pipeline().id(), other.pipeline().id());
        if (!first.container().uri().equals(other.container().uri())) {
            return Optional.of("%s name it for two containers, '%s' and '%s'; give each container a secret of its own"
                    .formatted(names, first.container().uri(), other.container().uri()));
        }
        if (other.container().rotation().isPresent()
                && !other.container().rotation().equals(first.container().rotation())) {
            return Optional.of(
                    "%s want it rotated in different ways; make their sasRotation equal, or leave it to one of them"
                            .formatted(names));
        }
        return Optional.empty();
    }
}

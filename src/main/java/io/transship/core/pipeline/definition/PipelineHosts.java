package io.transship.core.pipeline.definition;

import io.transship.core.pipeline.AllowedHosts;
import io.transship.core.pipeline.Pipeline;
import io.transship.core.pipeline.PipelineContainer;
import io.transship.core.pipeline.Problem;
import io.transship.core.pipeline.RegistryDirectory;
import io.transship.core.pipeline.SasRotation;
import java.util.ArrayList;
import java.util.List;

/** The hosts that a pipeline would send tokens to, against those that may have them. Immutable and thread-safe. */
public final class PipelineHosts {

    private final RegistryDirectory registries;
    private final AllowedHosts allowed;

    public PipelineHosts(RegistryDirectory registries, AllowedHosts allowed) {
        this.registries = registries;
        this.allowed = allowed;
    }

    /** All that are not allowed, each with the property that names it. */
    public List<Problem> problemsOf(Pipeline pipeline) {
        List<Problem> problems = new ArrayList<>();
        String registry = pipeline.id().registry();
        require(registries.find(registry).loginServer().getHost(), "registry '%s'".formatted(registry), "id", problems);
        String side = pipeline instanceof Pipeline.ExportPipeline ? "target" : "source";
        check(pipeline.container(), "properties." + side, problems);
        if (pipeline instanceof Pipeline.ExportPipeline export) {
            export.relay().ifPresent(relay -> check(relay, "properties.relay", problems));
        }
        return problems;
    }

    private void check(PipelineContainer container, String at, List<Problem> problems) {
        require(container.uri().host(), "container '%s'".formatted(container.uri()), at + ".uri", problems);
        container
                .sasSecret()
                .ifPresent(secret -> require(
                        secret.vault().getHost(), "secret '%s'".formatted(secret), at + ".keyVaultUri", problems));
        if (container.rotation().orElse(null) instanceof SasRotation.ByAccountKey byKey) {
            require(
                    byKey.accountKey().vault().getHost(),
                    "secret '%s'".formatted(byKey.accountKey()),
                    at + ".sasRotation.accountKeyUri",
                    problems);
        }
    }

    private void require(String host, String what, String at, List<Problem> problems) {
        try {
            allowed.require(host, what);
        } catch (IllegalArgumentException e) {
            problems.add(new Problem(at, String.valueOf(e.getMessage())));
        }
    }
}

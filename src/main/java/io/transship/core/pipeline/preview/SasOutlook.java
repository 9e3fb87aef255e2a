package io.transship.core.pipeline.preview;

import io.transship.core.pipeline.AllowedHosts;
import io.transship.core.pipeline.Pipeline;
import io.transship.core.pipeline.PipelineContainer;
import io.transship.core.pipeline.preview.SasState.Verdict;
import io.transship.core.sas.InvalidSasException;
import io.transship.core.sas.SasProblem;
import io.transship.core.sas.SasRequirements;
import io.transship.core.sas.SasTarget;
import io.transship.core.sas.SasToken;
import io.transship.core.sas.SasValidator;
import io.transship.core.storage.SecretStore;
import io.transship.core.storage.SecretUri;
import io.transship.core.transfer.Fanout;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** How long the SAS of pipelines will last and whether they will do, without asking a storage account. Thread-safe. */
public final class SasOutlook {

    private static final int PARALLEL = 8;

    private final SecretStore secrets;
    private final AllowedHosts allowedHosts;
    private final SasValidator validator;

    public SasOutlook(SecretStore secrets, AllowedHosts allowedHosts, SasValidator validator) {
        this.secrets = secrets;
        this.allowedHosts = allowedHosts;
        this.validator = validator;
    }

    private record Use(Pipeline pipeline, PipelineContainer container, SasRequirements requirements) {}

    /** The SAS of each container that is opened by one; what cannot be read is a state as well. */
    public List<SasState> of(List<Pipeline> pipelines) throws IOException {
        List<Use> uses = pipelines.stream()
                .flatMap(pipeline -> pipeline.uses().stream()
                        .filter(use -> use.container().sasSecret().isPresent())
                        .map(use -> new Use(pipeline, use.container(), use.requirements())))
                .toList();
        return Fanout.map(uses, PARALLEL, this::state);
    }

    private SasState state(Use use) {
        SecretUri secret = use.container().sasSecret().orElseThrow();
        try {
            allowedHosts.require(secret.vault().getHost(), "secret '%s'".formatted(secret));
            SasToken token = SasToken.parse(secrets.read(secret, use.pipeline().identity()));
            SasTarget target = use.container().uri().sasTarget();
            List<SasProblem> problems = validator.validate(token, use.requirements(), target);
            return new SasState(
                    use.pipeline().id(),
                    use.container().uri(),
                    secret,
                    verdict(problems),
                    token.expiry(),
                    problems.isEmpty() ? "" : SasProblem.describe(problems));
        } catch (InvalidSasException e) {
            return failed(use, secret, "secret '%s' does not hold a SAS: %s".formatted(secret, e.getMessage()));
        } catch (IOException | IllegalArgumentException e) {
            return failed(use, secret, String.valueOf(e.getMessage()));
        }
    }

    private static SasState failed(Use use, SecretUri secret, String message) {
        return new SasState(
                use.pipeline().id(), use.container().uri(), secret, Verdict.FAILED, Optional.empty(), message);
    }

    private static Verdict verdict(List<SasProblem> problems) {
        if (problems.stream().anyMatch(SasProblem::isError)) {
            return Verdict.FAILED;
        }
        return problems.isEmpty() ? Verdict.PASSED : Verdict.WARNING;
    }
}

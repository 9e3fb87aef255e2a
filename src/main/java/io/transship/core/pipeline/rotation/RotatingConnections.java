package io.transship.core.pipeline.rotation;

import io.transship.core.content.Bandwidth;
import io.transship.core.oci.Digest;
import io.transship.core.pipeline.Pipeline;
import io.transship.core.pipeline.PipelineContainer;
import io.transship.core.pipeline.execution.RunConnections;
import io.transship.core.registry.Registry;
import io.transship.core.sas.InvalidSasException;
import io.transship.core.sas.SasRequirements;
import io.transship.core.storage.BlobContainer;
import io.transship.core.storage.SecretException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Connections whose SAS is rotated at once, where the pipeline wants that, when it is missing, will not do or is refused: a
 * new pipeline needs no first SAS, and a run outlives the rotation of an account's key. Thread-safe.
 */
public final class RotatingConnections implements RunConnections {

    private static final System.Logger LOG = System.getLogger(RotatingConnections.class.getName());

    private final RunConnections connections;
    private final SasRotator rotator;

    public RotatingConnections(RunConnections connections, SasRotator rotator) {
        this.connections = connections;
        this.rotator = rotator;
    }

    private interface Use<T> {
        T of() throws IOException;
    }

    @Override
    public Registry registry(Pipeline pipeline) throws IOException {
        return connections.registry(pipeline);
    }

    @Override
    public BlobContainer container(
            Pipeline pipeline, PipelineContainer container, SasRequirements requirements, Duration use)
            throws IOException {
        return insist(pipeline, () -> connections.container(pipeline, container, requirements, use));
    }

    @Override
    public Bandwidth bandwidth() {
        return connections.bandwidth();
    }

    @Override
    public Set<Digest> secretsInUse(Pipeline pipeline) throws IOException {
        return insist(pipeline, () -> connections.secretsInUse(pipeline));
    }

    @Override
    public boolean renewSecrets(Pipeline pipeline, Set<Digest> used) throws IOException {
        if (connections.renewSecrets(pipeline, used)) {
            return true;
        }
        boolean isUnderWay = rotate(pipeline).stream().anyMatch(RotationOutcome.Busy.class::isInstance);
        // Another worker may be about to write it, so trying again may help.
        return connections.renewSecrets(pipeline, used) || isUnderWay;
    }

    private <T> T insist(Pipeline pipeline, Use<T> use) throws IOException {
        try {
            return use.of();
        } catch (InvalidSasException | SecretException e) {
            if (!isCuredByRotation(e)) {
                throw e;
            }
            List<RotationOutcome> outcomes = rotate(pipeline);
            for (RotationOutcome outcome : outcomes) {
                if (outcome instanceof RotationOutcome.Busy) {
                    throw new SecretException(SecretException.Kind.UNAVAILABLE, outcome + ", try again later", e);
                }
            }
            if (outcomes.stream().noneMatch(RotationOutcome.Rotated.class::isInstance)) {
                throw e;
            }
            return use.of();
        }
    }

    private static boolean isCuredByRotation(Exception failure) {
        return !(failure instanceof SecretException unread)
                || unread.kind() == SecretException.Kind.NOT_FOUND
                || unread.kind() == SecretException.Kind.EXPIRED;
    }

    private List<RotationOutcome> rotate(Pipeline pipeline) throws IOException {
        List<RotationOutcome> outcomes = new ArrayList<>();
        for (PipelineContainer container : pipeline.containers()) {
            if (container.rotation().isPresent()) {
                Optional<RotationOutcome> outcome =
                        rotator.rotate(container.sasSecret().orElseThrow());
                outcome.ifPresent(outcomes::add);
                outcome.ifPresent(RotatingConnections::log);
            }
        }
        return outcomes;
    }

    private static void log(RotationOutcome outcome) {
        LOG.log(
                outcome instanceof RotationOutcome.Failed ? System.Logger.Level.ERROR : System.Logger.Level.INFO,
                outcome.toString());
    }
}

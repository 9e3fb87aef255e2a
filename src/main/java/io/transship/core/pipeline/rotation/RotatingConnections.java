package io.transship.core.pipeline.rotation;

import io.transship.core.oci.Digest;
import io.transship.core.pipeline.Pipeline;
import io.transship.core.pipeline.PipelineContainer;
import io.transship.core.pipeline.execution.RunConnections;
import io.transship.core.registry.Registry;
import io.transship.core.sas.SasRequirements;
import io.transship.core.storage.BlobContainer;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/**
 * Connections whose SAS, when it is refused, is rotated at once where the pipeline wants that: a run outlives the rotation
 * of an account's key, and does not wait for the next hour. Thread-safe.
 */
public final class RotatingConnections implements RunConnections {

    private static final System.Logger LOG = System.getLogger(RotatingConnections.class.getName());

    private final RunConnections connections;
    private final SasRotator rotator;

    public RotatingConnections(RunConnections connections, SasRotator rotator) {
        this.connections = connections;
        this.rotator = rotator;
    }

    @Override
    public boolean renewSecrets(Pipeline pipeline, Set<Digest> used) throws IOException {
        if (connections.renewSecrets(pipeline, used)) {
            return true;
        }
        boolean isUnderWay = false;
        for (PipelineContainer container : pipeline.containers()) {
            if (container.rotation().isPresent()) {
                Optional<RotationOutcome> outcome =
                        rotator.rotate(container.sasSecret().orElseThrow());
                outcome.ifPresent(RotatingConnections::log);
                isUnderWay |= outcome.orElse(null) instanceof RotationOutcome.Busy;
            }
        }
        // Another worker may be about to write it, so trying again may help.
        return connections.renewSecrets(pipeline, used) || isUnderWay;
    }

    private static void log(RotationOutcome outcome) {
        LOG.log(
                outcome instanceof RotationOutcome.Failed ? System.Logger.Level.ERROR : System.Logger.Level.INFO,
                outcome.toString());
    }

    @Override
    public Registry registry(Pipeline pipeline) throws IOException {
        return connections.registry(pipeline);
    }

    @Override
    public BlobContainer container(Pipeline pipeline, PipelineContainer container, SasRequirements requirements)
            throws IOException {
        return connections.container(pipeline, container, requirements);
    }

    @Override
    public Set<Digest> secretsInUse(Pipeline pipeline) throws IOException {
        return connections.secretsInUse(pipeline);
    }
}

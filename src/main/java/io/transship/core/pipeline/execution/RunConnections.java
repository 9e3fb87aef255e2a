package io.transship.core.pipeline.execution;

import io.transship.core.content.Bandwidth;
import io.transship.core.oci.Digest;
import io.transship.core.pipeline.Pipeline;
import io.transship.core.pipeline.PipelineContainer;
import io.transship.core.registry.Registry;
import io.transship.core.sas.SasRequirements;
import io.transship.core.storage.BlobContainer;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;

/** Opens what a pipeline names: its registry and its containers. Thread-safe. */
public interface RunConnections {

    /**
     * The registry of a pipeline, shared: the caller does not close it.
     *
     * @throws IOException if its address or credentials cannot be had
     */
    Registry registry(Pipeline pipeline) throws IOException;

    /**
     * A container of a pipeline, after its SAS, if it has one, was found fit.
     *
     * @param use how long the task will go on, as far as is known; a SAS that ends earlier is warned about in the log
     * @throws IOException if the host is not allowed, the secret cannot be read or the SAS will not do: the message names all
     *     that is wrong
     */
    BlobContainer container(Pipeline pipeline, PipelineContainer container, SasRequirements requirements, Duration use)
            throws IOException;

    /** The same for a task of which is not known how long it will take. */
    default BlobContainer container(Pipeline pipeline, PipelineContainer container, SasRequirements requirements)
            throws IOException {
        return container(pipeline, container, requirements, Duration.ZERO);
    }

    /** How much may pass through this process; whoever opened a registry here need not mind, its content is counted. */
    Bandwidth bandwidth();

    /**
     * Digests of the values that the secrets of a pipeline have now: what a step remembers of what it began with.
     *
     * @throws IOException if a secret cannot be read
     */
    Set<Digest> secretsInUse(Pipeline pipeline) throws IOException;

    /**
     * Reads the secrets of a pipeline again after a refusal.
     *
     * @param used what {@link #secretsInUse} said when the refused step began
     * @return whether one of them has another value by now, so that trying again may help
     */
    boolean renewSecrets(Pipeline pipeline, Set<Digest> used) throws IOException;
}

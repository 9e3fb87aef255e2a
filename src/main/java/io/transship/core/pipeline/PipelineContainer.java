package io.transship.core.pipeline;

import io.transship.core.storage.ContainerUri;
import io.transship.core.storage.SecretUri;
import java.util.Optional;

/**
 * The container of a pipeline and how it is opened.
 *
 * @param sasSecret the Key Vault secret that holds the SAS; empty if the pipeline's managed identity opens the container
 */
public record PipelineContainer(ContainerUri uri, Optional<SecretUri> sasSecret) {

    /** ACR Transfer's name for how the container is opened. */
    public String storageAccessMode() {
        return sasSecret.isPresent() ? "SasToken" : "ManagedIdentity";
    }
}

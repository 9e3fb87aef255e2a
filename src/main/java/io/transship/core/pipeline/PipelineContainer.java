package io.transship.core.pipeline;

import io.transship.core.storage.ContainerUri;
import io.transship.core.storage.SecretUri;
import java.util.Optional;

/**
 * The container of a pipeline and how it is opened.
 *
 * @param sasSecret the Key Vault secret that holds the SAS; empty if the pipeline's managed identity opens the container
 * @param rotation how the SAS is renewed; empty if someone else does that
 */
public record PipelineContainer(ContainerUri uri, Optional<SecretUri> sasSecret, Optional<SasRotation> rotation) {

    public PipelineContainer {
        if (rotation.isPresent()
                && sasSecret.filter(secret -> secret.version().isEmpty()).isEmpty()) {
            throw new IllegalArgumentException("only a secret that names no version can be rotated");
        }
    }

    /** A container whose SAS, if there is one, is renewed by someone else. */
    public PipelineContainer(ContainerUri uri, Optional<SecretUri> sasSecret) {
        this(uri, sasSecret, Optional.empty());
    }

    /** ACR Transfer's name for how the container is opened. */
    public String storageAccessMode() {
        return sasSecret.isPresent() ? "SasToken" : "ManagedIdentity";
    }
}

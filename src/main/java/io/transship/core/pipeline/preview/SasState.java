package io.transship.core.pipeline.preview;

import io.transship.core.pipeline.ResourceId;
import io.transship.core.storage.ContainerUri;
import io.transship.core.storage.SecretUri;
import java.time.Instant;
import java.util.Optional;

/**
 * The SAS of one container of a pipeline, as its secret has it now.
 *
 * @param expiresOn empty if it cannot be read, or a stored access policy says it
 * @param message what is wrong and what to do; empty if nothing is
 */
public record SasState(
        ResourceId pipeline,
        ContainerUri container,
        SecretUri secret,
        Verdict verdict,
        Optional<Instant> expiresOn,
        String message) {

    /** Whether it will do. */
    public enum Verdict {
        PASSED("Passed"),
        WARNING("Warning"),
        FAILED("Failed");

        private final String label;

        Verdict(String label) {
            this.label = label;
        }

        /** As answers show it. */
        public String label() {
            return label;
        }
    }
}

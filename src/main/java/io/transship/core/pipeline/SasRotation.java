package io.transship.core.pipeline;

import io.transship.core.storage.SecretUri;
import java.time.Duration;

/** How the SAS of a container is issued anew before it expires. */
public sealed interface SasRotation {

    /** A SAS that lives shorter would be renewed all the time. */
    Duration SHORTEST_LIFE = Duration.ofDays(1);

    /** How long a SAS lives, from its start to its end. */
    Duration lifetime();

    /** What signs it, as it is called in a pipeline's JSON. */
    String signedBy();

    /** By the pipeline's managed identity, with a user delegation key. */
    record ByDelegation(Duration lifetime) implements SasRotation {

        public static final String SIGNED_BY = "UserDelegationKey";

        /** The service allows no longer life. */
        public static final Duration LONGEST_LIFE = Duration.ofDays(7);

        @Override
        public String signedBy() {
            return SIGNED_BY;
        }
    }

    /**
     * By the storage account's key.
     *
     * @param accountKey the Key Vault secret that holds the key
     */
    record ByAccountKey(SecretUri accountKey, Duration lifetime) implements SasRotation {

        public static final String SIGNED_BY = "AccountKey";
        public static final Duration LONGEST_LIFE = Duration.ofDays(365);
        public static final Duration USUAL_LIFE = Duration.ofDays(30);

        @Override
        public String signedBy() {
            return SIGNED_BY;
        }
    }
}

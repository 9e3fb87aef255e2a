package io.transship.core.storage;

import io.transship.core.sas.SasGrant;
import io.transship.core.sas.SasToken;
import java.io.IOException;
import java.util.Optional;

/** Issues SAS of containers. Thread-safe. */
@FunctionalInterface
public interface SasIssuer {

    /** Who signs a SAS. */
    sealed interface Signer {

        /**
         * A managed identity, with a user delegation key that it asks the account for: the SAS lives seven days at most and
         * can do no more than the identity.
         *
         * @param identity client id or resource id of a user-assigned identity; empty for the system-assigned one
         */
        record Identity(Optional<String> identity) implements Signer {}

        /**
         * The owner of the account's key: a service SAS, which ends early if that key is rotated.
         *
         * @param key base64, as the account shows it
         */
        record AccountKey(String key) implements Signer {

            /** The key opens the whole account. */
            @Override
            public String toString() {
                return "AccountKey";
            }
        }
    }

    /**
     * Issues a SAS; whether the container accepts it shows at its first use.
     *
     * @throws IOException if the identity gets no user delegation key, or the account key is none; the message says what to
     *     do
     */
    SasToken issue(ContainerUri container, SasGrant grant, Signer signer) throws IOException;
}

package io.transship.core.storage;

import java.io.IOException;
import java.util.Optional;

/** Reads secrets. Thread-safe; implementations may keep a value for some minutes. */
public interface SecretStore {

    /**
     * Reads a secret as the given identity.
     *
     * @param identity client id or resource id of a user-assigned identity; empty for the system-assigned one
     * @throws SecretException if it does not exist, is disabled or expired, or the identity may not read it
     */
    String read(SecretUri secret, Optional<String> identity) throws IOException;

    /** Forgets a kept value, so that the next read asks the vault: for use after a secret's content was refused. */
    void forget(SecretUri secret);
}

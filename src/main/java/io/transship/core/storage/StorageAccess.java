package io.transship.core.storage;

import io.transship.core.sas.SasToken;
import java.util.Optional;

/** How a container is opened. */
public sealed interface StorageAccess {

    /** By a shared access signature. */
    record Sas(SasToken token) implements StorageAccess {}

    /**
     * By a managed identity.
     *
     * @param identity client id or resource id of a user-assigned identity; empty for the system-assigned one
     */
    record Identity(Optional<String> identity) implements StorageAccess {}
}

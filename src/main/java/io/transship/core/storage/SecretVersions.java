package io.transship.core.storage;

import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** The versions of secrets, for whoever renews them. Thread-safe; keeps nothing in memory. */
public interface SecretVersions {

    /**
     * One version.
     *
     * @param value secret
     * @param expires when it ends, as the vault was told; to the second
     * @param contentType what the value is; empty if that is not said
     * @param tags at most fifteen, of at most 256 characters each
     */
    record Version(String value, Optional<Instant> expires, String contentType, Map<String, String> tags) {

        public Version {
            tags = Map.copyOf(tags);
        }

        /** All but the value. */
        @Override
        public String toString() {
            return "Version[expires=%s, contentType=%s, tags=%s]".formatted(expires, contentType, tags);
        }
    }

    /**
     * Reads the current version from the vault, also one that has expired.
     *
     * @param identity client id or resource id of a user-assigned identity; empty for the system-assigned one
     * @return empty if there is no such secret
     * @throws SecretException if the version is disabled, or the identity may not read it
     */
    Optional<Version> current(SecretUri secret, Optional<String> identity) throws IOException;

    /**
     * Adds a version, which is the current one from then on; the older ones stay as they are. Makes the secret if there is
     * none.
     *
     * @throws SecretException if the identity may not write it, or the secret was deleted and can still be recovered
     */
    void add(SecretUri secret, Version version, Optional<String> identity) throws IOException;
}

package io.transship.core.pipeline.rotation;

import io.transship.core.storage.SecretException;
import io.transship.core.storage.SecretException.Kind;
import io.transship.core.storage.SecretStore;
import io.transship.core.storage.SecretUri;
import io.transship.core.storage.SecretVersions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A vault in memory that keeps all versions, and refuses what a test says. Thread-safe. */
final class VersionedVault implements SecretStore, SecretVersions {

    final Set<String> unreadable = ConcurrentHashMap.newKeySet();
    final Set<String> unwritable = ConcurrentHashMap.newKeySet();
    final List<String> forgotten = new ArrayList<>();
    private final Map<String, List<Version>> secrets = new ConcurrentHashMap<>();

    void set(SecretUri secret, String value) {
        put(secret, new Version(value, Optional.empty(), "", Map.of()));
    }

    synchronized void put(SecretUri secret, Version version) {
        secrets.computeIfAbsent(secret.key(), key -> new ArrayList<>()).add(version);
    }

    synchronized List<Version> versions(SecretUri secret) {
        return List.copyOf(secrets.getOrDefault(secret.key(), List.of()));
    }

    @Override
    public Optional<Version> current(SecretUri secret, Optional<String> identity) throws SecretException {
        refuse(unreadable, secret, "read");
        return versions(secret).reversed().stream().findFirst();
    }

    @Override
    public void add(SecretUri secret, Version version, Optional<String> identity) throws SecretException {
        refuse(unwritable, secret, "write a new version of");
        put(secret, version);
    }

    @Override
    public String read(SecretUri secret, Optional<String> identity) throws SecretException {
        return current(secret, identity)
                .orElseThrow(() -> new SecretException(Kind.NOT_FOUND, "no secret '%s'".formatted(secret), null))
                .value();
    }

    @Override
    public synchronized void forget(SecretUri secret) {
        forgotten.add(secret.name());
    }

    private static void refuse(Set<String> refused, SecretUri secret, String operation) throws SecretException {
        if (refused.contains(secret.name())) {
            throw new SecretException(
                    Kind.FORBIDDEN, "%s secret '%s' failed: 403; assign the role".formatted(operation, secret), null);
        }
    }
}

package io.transship.core.pipeline.preflight;

import io.transship.core.storage.SecretException;
import io.transship.core.storage.SecretStore;
import io.transship.core.storage.SecretUri;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A vault whose values a test sets. */
final class FakeVault implements SecretStore {

    final Map<SecretUri, String> values = new ConcurrentHashMap<>();
    final Map<SecretUri, SecretException.Kind> refusals = new ConcurrentHashMap<>();
    final List<SecretUri> forgotten = new CopyOnWriteArrayList<>();

    @Override
    public String read(SecretUri secret, Optional<String> clientId) throws SecretException {
        SecretException.Kind refusal =
                values.containsKey(secret) ? refusals.get(secret) : SecretException.Kind.NOT_FOUND;
        if (refusal != null) {
            throw new SecretException(refusal, "read secret '%s' failed: %s".formatted(secret, refusal), null);
        }
        return values.getOrDefault(secret, "");
    }

    @Override
    public void forget(SecretUri secret) {
        forgotten.add(secret);
    }
}

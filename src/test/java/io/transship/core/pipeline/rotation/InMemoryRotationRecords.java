package io.transship.core.pipeline.rotation;

import io.transship.core.storage.SecretUri;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Records in memory. Thread-safe. */
public final class InMemoryRotationRecords implements RotationRecords {

    private final Map<String, Versioned> records = new TreeMap<>();
    private long versions;

    @Override
    public synchronized Optional<Versioned> find(SecretUri secret) {
        return Optional.ofNullable(records.get(secret.key()));
    }

    @Override
    public synchronized boolean create(RotationRecord record) {
        return records.putIfAbsent(record.secret().key(), next(record)) == null;
    }

    @Override
    public synchronized boolean replace(RotationRecord record, String version) {
        boolean found = find(record.secret())
                .filter(there -> there.version().equals(version))
                .isPresent();
        if (found) {
            records.put(record.secret().key(), next(record));
        }
        return found;
    }

    @Override
    public synchronized List<RotationRecord> all() {
        return records.values().stream().map(Versioned::record).toList();
    }

    /** How often a record was written. */
    public synchronized long writes() {
        return versions;
    }

    private Versioned next(RotationRecord record) {
        return new Versioned(record, "W/\"" + ++versions + "\"");
    }
}

package io.transship.core.pipeline.rotation;

import io.transship.core.storage.SecretUri;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Keeps one record for each rotated secret, whatever the case of its name. Thread-safe, and safe for several processes: a
 * record is only changed by whoever read its current version.
 */
public interface RotationRecords {

    /** A record and the version that it was read in. */
    record Versioned(RotationRecord record, String version) {}

    Optional<Versioned> find(SecretUri secret) throws IOException;

    /**
     * Keeps a new record.
     *
     * @return false, and nothing is changed, if there is one for that secret
     */
    boolean create(RotationRecord record) throws IOException;

    /**
     * Replaces a record.
     *
     * @return false, and nothing is changed, if it is in another version by now or gone
     */
    boolean replace(RotationRecord record, String version) throws IOException;

    /** All of them, in the order of their secrets. */
    List<RotationRecord> all() throws IOException;
}

package io.transship.core.pipeline.rotation;

import io.transship.core.pipeline.rotation.RotationRecord.Claim;
import io.transship.core.pipeline.rotation.RotationRecord.Failure;
import io.transship.core.pipeline.rotation.RotationRecord.Success;
import io.transship.core.pipeline.rotation.RotationRecords.Versioned;
import io.transship.core.storage.SecretUri;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Claims secrets, so that each has one writer, and writes down what became of them. Thread-safe. */
final class RotationLedger {

    /** After which a claim counts for nothing. Should its holder live after all, two good versions are written. */
    static final Duration LAPSE = Duration.ofMinutes(10);

    private static final int MAX_CONFLICTS = 20;

    private final RotationRecords records;
    private final Supplier<String> claimIds;
    private final Clock clock;

    RotationLedger(RotationRecords records, Supplier<String> claimIds, Clock clock) {
        this.records = records;
        this.claimIds = claimIds;
        this.clock = clock;
    }

    /** Claims a secret; empty if another worker has it. */
    Optional<Claim> claim(SecretUri secret) throws IOException {
        Claim mine = new Claim(claimIds.get(), clock.instant().plus(LAPSE));
        RotationRecord after =
                change(secret, record -> record.isClaimed(clock.instant()) ? record : record.claimedBy(mine));
        return after.claim().filter(mine::equals);
    }

    void release(SecretUri secret, Claim claim) throws IOException {
        change(secret, record -> record.releasedBy(claim));
    }

    /** After a new version was written. */
    void rotated(SecretUri secret, Claim claim, Instant expiry) throws IOException {
        Success success = new Success(clock.instant(), expiry);
        change(secret, record -> record.succeeded(success).releasedBy(claim));
    }

    /** After it was found in order; writes only what is news. */
    void kept(SecretUri secret, Instant expiry) throws IOException {
        Success success = new Success(clock.instant(), expiry);
        change(secret, record -> {
            boolean known = record.failuresInARow() == 0
                    && record.success()
                            .filter(last -> last.expiry().equals(expiry))
                            .isPresent();
            return known ? record : record.succeeded(success);
        });
    }

    /** After a failure; says how many there were in a row. */
    int failed(SecretUri secret, Optional<Claim> claim, String message) throws IOException {
        Failure failure = new Failure(clock.instant(), message);
        return change(secret, record -> {
                    RotationRecord failed = record.failed(failure);
                    return claim.map(failed::releasedBy).orElse(failed);
                })
                .failuresInARow();
    }

    private RotationRecord change(SecretUri secret, UnaryOperator<RotationRecord> change) throws IOException {
        for (int attempt = 0; attempt < MAX_CONFLICTS; attempt++) {
            Optional<Versioned> found = records.find(secret);
            RotationRecord record = found.map(Versioned::record).orElseGet(() -> RotationRecord.of(secret));
            RotationRecord changed = change.apply(record);
            boolean kept = changed.equals(record)
                    || (found.isPresent() ? records.replace(changed, found.get().version()) : records.create(changed));
            if (kept) {
                return changed;
            }
        }
        throw new IOException("the record of secret '%s' is changed by others all the time".formatted(secret));
    }
}

package io.transship.core.pipeline.rotation;

import io.transship.core.pipeline.Pipelines;
import io.transship.core.pipeline.rotation.RotationRecord.Claim;
import io.transship.core.pipeline.rotation.SasRenewal.Look;
import io.transship.core.storage.SecretUri;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Renews the SAS that pipelines want renewed, when they are due. Asking twice, or from several workers at once, does no
 * more than asking once. Thread-safe.
 */
public final class SasRotator {

    private static final System.Logger LOG = System.getLogger(SasRotator.class.getName());

    private final Pipelines pipelines;
    private final SasRenewal renewal;
    private final RotationLedger ledger;
    private final Clock clock;
    private final Consumer<RotationOutcome> listener;

    /**
     * Puts it together.
     *
     * @param claimIds never gives the same one twice
     * @param listener hears what became of each secret that was looked at; throws nothing
     */
    public SasRotator(
            Pipelines pipelines,
            SasRenewal renewal,
            RotationRecords records,
            Supplier<String> claimIds,
            Clock clock,
            Consumer<RotationOutcome> listener) {
        this.pipelines = pipelines;
        this.renewal = renewal;
        this.ledger = new RotationLedger(records, claimIds, clock);
        this.clock = clock;
        this.listener = listener;
    }

    /**
     * Looks at all secrets that pipelines want rotated, and renews those that are due; one that fails does not stop the
     * others.
     *
     * @return one outcome for each secret
     * @throws IOException if the pipelines cannot be read
     */
    public List<RotationOutcome> rotateAll() throws IOException {
        return RotationPlan.of(pipelines.all()).secrets().stream()
                .map(this::rotate)
                .toList();
    }

    /**
     * The same for one secret.
     *
     * @param secret with or without a version; it is the current one that is looked at
     * @return empty if no pipeline wants it rotated
     */
    public Optional<RotationOutcome> rotate(SecretUri secret) throws IOException {
        return RotationPlan.of(pipelines.all()).find(secret).map(this::rotate);
    }

    private RotationOutcome rotate(RotatedSecret secret) {
        RotationOutcome outcome = outcome(secret);
        listener.accept(outcome);
        return outcome;
    }

    private RotationOutcome outcome(RotatedSecret secret) {
        Optional<Instant> expiry = Optional.empty();
        Optional<Claim> claim = Optional.empty();
        try {
            if (secret.contradiction().isPresent()) {
                throw new IOException(secret.contradiction().get());
            }
            Look look = renewal.look(secret);
            expiry = look.expiry();
            if (look.isDue()) {
                claim = ledger.claim(secret.secret());
                if (claim.isEmpty()) {
                    return new RotationOutcome.Busy(secret.secret(), secret.container());
                }
                // Whoever had it before may have done the work since.
                look = renewal.look(secret);
                expiry = look.expiry();
            }
            if (claim.isPresent() && look.isDue()) {
                return rotated(secret, claim.get(), look.reason().orElseThrow());
            }
            return kept(secret, claim, expiry.orElseThrow());
        } catch (IOException | RuntimeException e) {
            return failed(secret, claim, expiry, e);
        }
    }

    private RotationOutcome rotated(RotatedSecret secret, Claim claim, String reason) throws IOException {
        Instant end = renewal.renew(secret);
        note(secret, () -> ledger.rotated(secret.secret(), claim, end));
        return new RotationOutcome.Rotated(secret.secret(), secret.container(), end, reason);
    }

    private RotationOutcome kept(RotatedSecret secret, Optional<Claim> claim, Instant end) {
        note(secret, () -> {
            if (claim.isPresent()) {
                ledger.release(secret.secret(), claim.get());
            }
            ledger.kept(secret.secret(), end);
        });
        return new RotationOutcome.Kept(secret.secret(), secret.container(), end, daysUntil(end));
    }

    private RotationOutcome failed(
            RotatedSecret secret, Optional<Claim> claim, Optional<Instant> expiry, Exception failure) {
        String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        int failures = 1;
        try {
            failures = ledger.failed(secret.secret(), claim, message);
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, unnoted(secret, e));
        }
        return new RotationOutcome.Failed(
                secret.secret(), secret.container(), expiry, expiry.map(this::daysUntil), failures, message);
    }

    private interface Note {
        void write() throws IOException;
    }

    /** What is done is done: that it could not be written down makes no failure of it, and a claim lapses by itself. */
    private static void note(RotatedSecret secret, Note note) {
        try {
            note.write();
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, unnoted(secret, e));
        }
    }

    private static String unnoted(RotatedSecret secret, Exception e) {
        return "what became of secret '%s' could not be written down: %s".formatted(secret.secret(), e.getMessage());
    }

    private long daysUntil(Instant end) {
        return Math.floorDiv(
                Duration.between(clock.instant(), end).toSeconds(),
                Duration.ofDays(1).toSeconds());
    }
}

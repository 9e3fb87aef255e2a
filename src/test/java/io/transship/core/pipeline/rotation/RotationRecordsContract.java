package io.transship.core.pipeline.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.pipeline.rotation.RotationRecord.Claim;
import io.transship.core.pipeline.rotation.RotationRecord.Failure;
import io.transship.core.pipeline.rotation.RotationRecord.Success;
import io.transship.core.pipeline.rotation.RotationRecords.Versioned;
import io.transship.core.storage.SecretUri;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What every {@link RotationRecords} promises; run once for each kind of store. */
public abstract class RotationRecordsContract {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00.123456Z");
    private static final SecretUri SECRET = SecretUri.parse("https://v.vault.azure.net:8443/secrets/export-sas");

    /** A store without records. */
    protected abstract RotationRecords emptyStore();

    @Test
    void findsNothingWhereNothingIs() throws Exception {
        RotationRecords records = emptyStore();

        assertThat(records.find(SECRET)).isEmpty();
        assertThat(records.all()).isEmpty();
        assertThat(records.replace(RotationRecord.of(SECRET), "W/\"datetime'2026-03-01T12%3A00%3A00.0000000Z'\""))
                .isFalse();
    }

    @Test
    void keepsEverythingOfARecord() throws Exception {
        RotationRecords records = emptyStore();
        RotationRecord plain = RotationRecord.of(SecretUri.parse("https://v.vault.azure.net/secrets/a"));
        RotationRecord full = new RotationRecord(
                SECRET,
                Optional.of(new Claim("one", NOON.plusSeconds(600))),
                Optional.of(new Success(NOON, NOON.plusSeconds(86_400))),
                Optional.of(new Failure(NOON.plusSeconds(9), "no 'right'; ask for it")),
                3);

        assertThat(records.create(plain)).isTrue();
        assertThat(records.create(full)).isTrue();

        assertThat(found(records, plain.secret()).record()).isEqualTo(plain);
        assertThat(found(records, SECRET).record()).isEqualTo(full);
        assertThat(records.all()).containsExactlyInAnyOrder(plain, full);
    }

    @Test
    void keepsOneRecordForASecretWhateverItsVersionAndTheCaseOfItsName() throws Exception {
        RotationRecords records = emptyStore();
        SecretUri shouted = SecretUri.parse("https://V.vault.azure.net:8443/secrets/Export-SAS/1234");
        records.create(RotationRecord.of(SECRET));

        assertThat(records.create(RotationRecord.of(shouted))).isFalse();
        assertThat(found(records, shouted).record()).isEqualTo(RotationRecord.of(SECRET));
    }

    @Test
    void replacesOnlyTheVersionThatWasRead() throws Exception {
        RotationRecords records = emptyStore();
        records.create(RotationRecord.of(SECRET));
        Versioned read = found(records, SECRET);
        RotationRecord claimed = read.record().claimedBy(new Claim("one", NOON));

        assertThat(records.replace(claimed, read.version())).isTrue();
        assertThat(records.replace(read.record().claimedBy(new Claim("two", NOON)), read.version()))
                .isFalse();

        assertThat(found(records, SECRET).record()).isEqualTo(claimed);
    }

    @Test
    void letsOneOfManyClaimASecretThatNobodyKnewBefore() throws Exception {
        RotationRecords records = emptyStore();
        AtomicInteger ids = new AtomicInteger();
        RotationLedger ledger =
                new RotationLedger(records, () -> "claim " + ids.incrementAndGet(), Clock.fixed(NOON, ZoneOffset.UTC));
        CountDownLatch start = new CountDownLatch(1);
        List<Future<Optional<Claim>>> claims = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 8; i++) {
                claims.add(threads.submit(() -> {
                    start.await();
                    return ledger.claim(SECRET);
                }));
            }
            start.countDown();
        }

        List<Claim> won = new ArrayList<>();
        for (Future<Optional<Claim>> claim : claims) {
            claim.get().ifPresent(won::add);
        }
        assertThat(won).hasSize(1);
        assertThat(found(records, SECRET).record().claim()).isEqualTo(Optional.of(won.getFirst()));
    }

    private static Versioned found(RotationRecords records, SecretUri secret) throws IOException {
        return records.find(secret).orElseThrow();
    }
}

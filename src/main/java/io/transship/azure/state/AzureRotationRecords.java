package io.transship.azure.state;

import com.azure.data.tables.models.TableEntity;
import io.transship.core.pipeline.rotation.RotationRecord;
import io.transship.core.pipeline.rotation.RotationRecord.Claim;
import io.transship.core.pipeline.rotation.RotationRecord.Failure;
import io.transship.core.pipeline.rotation.RotationRecord.Success;
import io.transship.core.pipeline.rotation.RotationRecords;
import io.transship.core.storage.SecretUri;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What became of rotations, as rows of a table of the app's own storage account, which is made at first use. Thread-safe.
 */
public final class AzureRotationRecords implements RotationRecords {

    private static final String PARTITION = "rotations";
    private static final String SECRET = "Secret";
    private static final String CLAIM = "ClaimedBy";
    private static final String CLAIMED_UNTIL = "ClaimedUntil";
    private static final String SUCCEEDED_AT = "SucceededAt";
    private static final String EXPIRES_AT = "ExpiresAt";
    private static final String FAILED_AT = "FailedAt";
    private static final String FAILURE = "Failure";
    private static final String FAILURES_IN_A_ROW = "FailuresInARow";

    /** A column has room for twice as many. */
    private static final int MAX_MESSAGE = 16_000;

    private final AppTable table;

    /** By the name of the table; makes no request. */
    public AzureRotationRecords(StorageConnection storage, String table) {
        this.table = new AppTable(storage, table);
    }

    @Override
    public Optional<Versioned> find(SecretUri secret) throws IOException {
        Optional<TableEntity> row = table.find(what("read", secret), PARTITION, key(secret));
        return row.isPresent()
                ? Optional.of(new Versioned(record(row.get()), row.get().getETag()))
                : Optional.empty();
    }

    @Override
    public boolean create(RotationRecord record) throws IOException {
        return table.create(what("keep", record.secret()), row(record));
    }

    @Override
    public boolean replace(RotationRecord record, String version) throws IOException {
        return table.replace(what("change", record.secret()), row(record), version);
    }

    @Override
    public List<RotationRecord> all() throws IOException {
        List<RotationRecord> all = new ArrayList<>();
        for (TableEntity row :
                table.list("list the rotations of secrets", "PartitionKey eq " + AppTable.quoted(PARTITION))) {
            all.add(record(row));
        }
        return all;
    }

    private static String what(String verb, SecretUri secret) {
        return "%s the rotation of secret '%s'".formatted(verb, secret);
    }

    private static String key(SecretUri secret) {
        return secret.key().replace('/', '|');
    }

    private static TableEntity row(RotationRecord record) {
        TableEntity row = new TableEntity(PARTITION, key(record.secret()))
                .addProperty(SECRET, record.secret().toString())
                .addProperty(FAILURES_IN_A_ROW, record.failuresInARow());
        record.claim()
                .ifPresent(claim -> row.addProperty(CLAIM, claim.id())
                        .addProperty(CLAIMED_UNTIL, claim.until().toString()));
        record.success()
                .ifPresent(success -> row.addProperty(SUCCEEDED_AT, success.at().toString())
                        .addProperty(EXPIRES_AT, success.expiry().toString()));
        record.failure()
                .ifPresent(failure -> row.addProperty(FAILED_AT, failure.at().toString())
                        .addProperty(FAILURE, shortened(failure.message())));
        return row;
    }

    private static String shortened(String message) {
        return message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE) + "…";
    }

    private static RotationRecord record(TableEntity row) throws IOException {
        try {
            return new RotationRecord(
                    SecretUri.parse(text(row, SECRET).orElse("")),
                    text(row, CLAIM).map(id -> new Claim(id, time(row, CLAIMED_UNTIL))),
                    text(row, SUCCEEDED_AT).map(at -> new Success(Instant.parse(at), time(row, EXPIRES_AT))),
                    text(row, FAILED_AT)
                            .map(at -> new Failure(
                                    Instant.parse(at), text(row, FAILURE).orElse(""))),
                    row.getProperty(FAILURES_IN_A_ROW) instanceof Integer failures ? failures : 0);
        } catch (DateTimeException | IllegalArgumentException e) {
            throw AppTable.damaged(row, e);
        }
    }

    private static Instant time(TableEntity row, String column) {
        return Instant.parse(text(row, column).orElse(""));
    }

    private static Optional<String> text(TableEntity row, String column) {
        return Optional.ofNullable(row.getProperty(column)).map(Object::toString);
    }
}

package io.transship.azure.state;

import com.azure.core.util.Context;
import com.azure.data.tables.TableClient;
import com.azure.data.tables.models.ListEntitiesOptions;
import com.azure.data.tables.models.TableEntity;
import com.azure.data.tables.models.TableEntityUpdateMode;
import com.azure.data.tables.models.TableServiceException;
import com.azure.data.tables.models.TableTransactionAction;
import com.azure.data.tables.models.TableTransactionActionType;
import com.azure.data.tables.models.TableTransactionFailedException;
import io.transship.core.pipeline.DamagedRecordException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * A table of the app's own storage account, made at first use. What it does is safe to be tried again after a lost answer.
 * Thread-safe.
 */
final class AppTable {

    private static final String ETAG = "odata.etag";

    /** Marks a row with who made it. After a lost answer the client tries again and meets its own row. */
    private static final String WRITER = "Writer";

    /** Actions in one transaction at most; the service's own limit. */
    private static final int MAX_ACTIONS = 100;

    private final StorageConnection storage;
    private final String name;
    private final FirstUse firstUse = new FirstUse();

    AppTable(StorageConnection storage, String name) {
        this.storage = storage;
        this.name = name;
    }

    /** Creates a row and, in the same moment, others of its partition; false, and nothing is changed, if it is there. */
    boolean create(String what, TableEntity row, TableEntity... others) throws IOException {
        String writer = UUID.randomUUID().toString();
        List<TableTransactionAction> actions = new ArrayList<>();
        actions.add(new TableTransactionAction(TableTransactionActionType.CREATE, row.addProperty(WRITER, writer)));
        for (TableEntity other : others) {
            actions.add(new TableTransactionAction(TableTransactionActionType.UPSERT_REPLACE, other));
        }
        return StorageConnection.ask(what, () -> {
            try {
                client().submitTransaction(actions);
                return true;
            } catch (TableServiceException e) {
                requireStatus(e, 409);
                TableEntity there = get(row).orElseThrow(() -> e);
                return writer.equals(there.getProperty(WRITER));
            }
        });
    }

    /**
     * Replaces a row that is in this version and, in the same moment, writes others of its partition.
     *
     * @return false, and nothing is changed, if it is in another version or not there
     */
    boolean replace(String what, TableEntity row, String version, TableEntity... others) throws IOException {
        String writer = UUID.randomUUID().toString();
        row.addProperty(ETAG, version).addProperty(WRITER, writer);
        return StorageConnection.ask(what, () -> {
            try {
                if (others.length == 0) {
                    client().updateEntityWithResponse(row, TableEntityUpdateMode.REPLACE, true, null, Context.NONE);
                } else {
                    List<TableTransactionAction> actions = new ArrayList<>();
                    actions.add(new TableTransactionAction(TableTransactionActionType.UPDATE_REPLACE, row, true));
                    for (TableEntity other : others) {
                        actions.add(new TableTransactionAction(TableTransactionActionType.UPSERT_REPLACE, other));
                    }
                    client().submitTransaction(actions);
                }
                return true;
            } catch (TableServiceException e) {
                requireStatus(e, 404, 412);
                Optional<TableEntity> there = get(row);
                if (there.isPresent() && there.get().getETag().equals(version)) {
                    throw e;
                }
                return there.isPresent() && writer.equals(there.get().getProperty(WRITER));
            }
        });
    }

    /**
     * Deletes a row that is in this version.
     *
     * @return false, and nothing is changed, if it is in another version; true for one that is not there, since a try whose
     *     answer was lost may have deleted it
     */
    boolean delete(String what, TableEntity row, String version) throws IOException {
        row.addProperty(ETAG, version);
        return StorageConnection.ask(what, () -> {
            try {
                client().deleteEntityWithResponse(row, true, null, Context.NONE);
                return true;
            } catch (TableServiceException e) {
                requireStatus(e, 412);
                return false;
            }
        });
    }

    /** Writes a row, whatever is there. */
    void put(String what, TableEntity row) throws IOException {
        StorageConnection.ask(what, () -> {
            client().upsertEntityWithResponse(row, TableEntityUpdateMode.REPLACE, null, Context.NONE);
            return row;
        });
    }

    /** Deletes rows of one partition, those that are still there. */
    void deleteAll(String what, List<TableEntity> rows) throws IOException {
        for (int from = 0; from < rows.size(); from += MAX_ACTIONS) {
            List<TableEntity> some = rows.subList(from, Math.min(rows.size(), from + MAX_ACTIONS));
            StorageConnection.ask(what, () -> {
                for (TableEntity row : some) {
                    client().deleteEntityWithResponse(row, false, null, Context.NONE);
                }
                return some;
            });
        }
    }

    Optional<TableEntity> find(String what, String partition, String key) throws IOException {
        return StorageConnection.ask(what, () -> get(new TableEntity(partition, key)));
    }

    /** Rows that a filter finds, in the order of their keys. */
    List<TableEntity> list(String what, String filter) throws IOException {
        return list(what, filter, Integer.MAX_VALUE);
    }

    /** The first of them, not more than so many. */
    List<TableEntity> list(String what, String filter, int most) throws IOException {
        ListEntitiesOptions options =
                new ListEntitiesOptions().setFilter(filter).setTop(Math.min(most, 1000));
        return StorageConnection.ask(
                what,
                () -> client().listEntities(options, null, Context.NONE).stream()
                        .limit(most)
                        .toList());
    }

    /** What is thrown for a row that does not hold what this app writes. */
    static DamagedRecordException damaged(TableEntity row, Exception e) {
        return new DamagedRecordException(
                "row '%s' of partition '%s' is damaged: %s; delete the row in the app's storage account"
                        .formatted(row.getRowKey(), row.getPartitionKey(), e.getMessage()),
                e);
    }

    /** A text in a filter. */
    static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    private Optional<TableEntity> get(TableEntity key) {
        try {
            return Optional.of(client().getEntity(key.getPartitionKey(), key.getRowKey()));
        } catch (TableServiceException e) {
            requireStatus(e, 404);
            return Optional.empty();
        }
    }

    private TableClient client() {
        firstUse.prepare(() -> storage.tableService().createTableIfNotExists(name));
        return storage.tableService().getTableClient(name);
    }

    /** What a transaction failed of is not in its status; its callers look at what is there. */
    private static void requireStatus(TableServiceException e, Integer... expected) {
        if (!(e instanceof TableTransactionFailedException)
                && !Set.of(expected).contains(e.getResponse().getStatusCode())) {
            throw e;
        }
    }
}

package io.transship.azure.state;

import com.azure.data.tables.models.TableEntity;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.transship.core.pipeline.Problem;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.definition.PipelineDefinition;
import io.transship.core.pipeline.definition.PipelineJson;
import io.transship.core.pipeline.definition.PipelineStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Pipelines in a table of the app's own storage account, which is made at first use. Thread-safe. */
public final class AzurePipelineStore implements PipelineStore {

    private static final String PARTITION = "pipelines";
    private static final JsonMapper MAPPER = new JsonMapper();

    private final AppTable table;

    /** By the name of the table; makes no request. */
    public AzurePipelineStore(StorageConnection storage, String table) {
        this.table = new AppTable(storage, table);
    }

    @Override
    public boolean create(PipelineDefinition definition) throws IOException {
        return table.create(what("keep", definition.id()), row(definition));
    }

    @Override
    public Optional<Versioned> find(ResourceId id) throws IOException {
        Optional<TableEntity> row = table.find(what("read", id), PARTITION, key(id));
        return row.isPresent()
                ? Optional.of(new Versioned(definition(row.get()), row.get().getETag()))
                : Optional.empty();
    }

    @Override
    public boolean replace(PipelineDefinition definition, String version) throws IOException {
        return table.replace(what("change", definition.id()), row(definition), version);
    }

    @Override
    public boolean delete(ResourceId id, String version) throws IOException {
        return table.delete(what("delete", id), new TableEntity(PARTITION, key(id)), version);
    }

    @Override
    public List<PipelineDefinition> all() throws IOException {
        List<PipelineDefinition> all = new ArrayList<>();
        for (TableEntity row : table.list("list the pipelines", "PartitionKey eq " + AppTable.quoted(PARTITION))) {
            all.add(definition(row));
        }
        all.sort(Comparator.comparing(definition -> definition.id().toString()));
        return all;
    }

    private static String what(String verb, ResourceId id) {
        return "%s pipeline '%s'".formatted(verb, id.name());
    }

    private static String key(ResourceId id) {
        return RunRows.partition(id.toString().toLowerCase(Locale.ROOT));
    }

    private static TableEntity row(PipelineDefinition definition) throws IOException {
        byte[] json = MAPPER.writeValueAsBytes(PipelineJson.write(definition));
        return PackedJson.put(
                new TableEntity(PARTITION, key(definition.id())),
                json,
                "pipeline '%s'".formatted(definition.id().name()));
    }

    private static PipelineDefinition definition(TableEntity row) throws IOException {
        List<Problem> problems = new ArrayList<>();
        Optional<PipelineDefinition> read = PipelineJson.read(PackedJson.get(row, MAPPER::readTree), problems);
        return read.orElseThrow(() -> new IOException(
                "pipeline in row '%s' cannot be read: %s; delete the row in the app's storage account and put the pipeline again"
                        .formatted(row.getRowKey(), problems)));
    }
}

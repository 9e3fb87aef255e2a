package io.transship.core.pipeline.definition;

import static org.assertj.core.api.Assertions.assertThat;

import io.transship.core.pipeline.Pipeline;
import io.transship.core.pipeline.Pipeline.ExportPipeline;
import io.transship.core.pipeline.Pipeline.ImportPipeline;
import io.transship.core.pipeline.Pipeline.Trigger;
import io.transship.core.pipeline.PipelineContainer;
import io.transship.core.pipeline.PipelineOption;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.SasRotation;
import io.transship.core.pipeline.definition.PipelineStore.Versioned;
import io.transship.core.storage.ContainerUri;
import io.transship.core.storage.SecretUri;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What every {@link PipelineStore} promises; run once for each kind of store. */
public abstract class PipelineStoreContract {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00.5Z");
    private static final String IDENTITY =
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/mover";
    private static final ResourceId ID = id("contoso", ResourceId.Type.EXPORT_PIPELINE, "out");

    /** A store without pipelines. */
    protected abstract PipelineStore emptyStore();

    @Test
    void findsNothingWhereNothingIs() throws Exception {
        PipelineStore store = emptyStore();

        assertThat(store.find(ID)).isEmpty();
        assertThat(store.all()).isEmpty();
        assertThat(store.replace(export(ID), "W/\"datetime'2026-03-01T12%3A00%3A00.0000000Z'\""))
                .isFalse();
    }

    @Test
    void keepsEveryPropertyOfAPipeline() throws Exception {
        PipelineStore store = emptyStore();
        PipelineDefinition export = export(ID);
        PipelineDefinition importer = importer("contoso");

        assertThat(store.create(export)).isTrue();
        assertThat(store.create(importer)).isTrue();

        assertThat(found(store, ID).definition()).isEqualTo(export);
        assertThat(found(store, importer.id()).definition()).isEqualTo(importer);
    }

    @Test
    void createsAPipelineOnceWhateverTheCaseOfItsName() throws Exception {
        PipelineStore store = emptyStore();
        ResourceId shouted = ResourceId.of("S", "G", "CONTOSO", ResourceId.Type.EXPORT_PIPELINE, "OUT");
        store.create(export(ID));

        assertThat(store.create(export(shouted))).isFalse();

        assertThat(found(store, shouted).definition().id().name()).isEqualTo("out");
        assertThat(store.all()).hasSize(1);
    }

    @Test
    void replacesOnlyTheVersionThatWasRead() throws Exception {
        PipelineStore store = emptyStore();
        store.create(export(ID));
        Versioned read = found(store, ID);
        PipelineDefinition changed = read.definition().with(SystemData.NONE);

        assertThat(store.replace(changed, read.version())).isTrue();
        assertThat(store.replace(export(ID), read.version())).isFalse();

        assertThat(found(store, ID).definition()).isEqualTo(changed);
        assertThat(found(store, ID).version()).isNotEqualTo(read.version());
    }

    @Test
    void deletesOnlyTheVersionThatWasRead() throws Exception {
        PipelineStore store = emptyStore();
        store.create(export(ID));
        store.create(importer("contoso"));
        Versioned read = found(store, ID);
        store.replace(read.definition().with(SystemData.NONE), read.version());

        assertThat(store.delete(ID, read.version())).isFalse();
        assertThat(store.find(ID)).isPresent();

        assertThat(store.delete(ID, found(store, ID).version())).isTrue();
        assertThat(store.find(ID)).isEmpty();
        assertThat(store.all()).containsExactly(importer("contoso"));
        assertThat(store.create(export(ID))).isTrue();
    }

    @Test
    void listsThoseOfAllRegistriesInTheOrderOfTheirIds() throws Exception {
        PipelineStore store = emptyStore();
        PipelineDefinition first = export(ID);
        PipelineDefinition second = importer("contoso");
        PipelineDefinition third = export(id("fabrikam", ResourceId.Type.EXPORT_PIPELINE, "a"));
        for (PipelineDefinition definition : List.of(third, second, first)) {
            store.create(definition);
        }

        assertThat(store.all()).containsExactly(first, second, third);
    }

    private static Versioned found(PipelineStore store, ResourceId id) throws Exception {
        return store.find(id).orElseThrow();
    }

    private static PipelineDefinition export(ResourceId id) {
        ResourceIdentity identity = new ResourceIdentity(
                ResourceIdentity.Type.USER_ASSIGNED,
                Map.of(IDENTITY, Optional.of("1b4e28ba-2fa1-11d2-883f-0016d3cca427")));
        Pipeline pipeline = new ExportPipeline(
                id,
                new PipelineContainer(
                        ContainerUri.parse("https://near.blob.core.windows.net/transfer"),
                        Optional.of(SecretUri.parse("https://vault.vault.azure.net/secrets/near-sas")),
                        Optional.of(new SasRotation.ByAccountKey(
                                SecretUri.parse("https://vault.vault.azure.net/secrets/near-key"),
                                Duration.ofDays(90)))),
                Optional.of(new PipelineContainer(
                        ContainerUri.parse("https://far.blob.core.windows.net/transfer"), Optional.empty())),
                EnumSet.allOf(PipelineOption.class),
                identity.actingAs());
        return new PipelineDefinition(
                pipeline,
                Optional.of("westeurope"),
                identity,
                new SystemData(Optional.of("ann@contoso"), Optional.of(NOON), Optional.of("bob"), Optional.of(NOON)));
    }

    private static PipelineDefinition importer(String registry) {
        Pipeline pipeline = new ImportPipeline(
                id(registry, ResourceId.Type.IMPORT_PIPELINE, "in"),
                new PipelineContainer(
                        ContainerUri.parse("https://far.blob.core.windows.net/transfer"), Optional.empty()),
                Trigger.DISABLED,
                Set.of(),
                Optional.empty());
        return new PipelineDefinition(pipeline, Optional.empty(), ResourceIdentity.SYSTEM, SystemData.NONE);
    }

    private static ResourceId id(String registry, ResourceId.Type type, String name) {
        return ResourceId.of("s", "g", registry, type, name);
    }
}

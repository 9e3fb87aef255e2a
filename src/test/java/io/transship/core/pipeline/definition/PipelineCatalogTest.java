package io.transship.core.pipeline.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.transship.core.cloud.CloudEndpoints;
import io.transship.core.pipeline.AllowedHosts;
import io.transship.core.pipeline.InvalidResourceException;
import io.transship.core.pipeline.RegistryDirectory;
import io.transship.core.pipeline.ResourceConflictException;
import io.transship.core.pipeline.ResourceConflictException.Kind;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.VersionCondition;
import io.transship.core.pipeline.definition.PipelineCatalog.Effect;
import io.transship.core.pipeline.definition.PipelineCatalog.Put;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class PipelineCatalogTest {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant LATER = NOON.plusSeconds(60);
    private static final VersionCondition ANY = new VersionCondition.Any();
    private static final String REGISTRY =
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/contoso/";
    private static final ResourceId FIXED = ResourceId.parse(REGISTRY + "exportPipelines/fixed");
    private static final ResourceId FREE = ResourceId.parse(REGISTRY + "exportPipelines/free");

    private final InMemoryPipelineStore store = new InMemoryPipelineStore();

    @Test
    void createsReplacesAndLeavesAloneWhatSaysTheSame() throws IOException {
        Put created = catalog(NOON).put(pipeline(FREE, "near"), Optional.of("ann"), ANY);
        Put same = catalog(LATER).put(pipeline(FREE, "near"), Optional.of("bob"), ANY);
        Put replaced = catalog(LATER).put(pipeline(FREE, "other"), Optional.of("bob"), ANY);

        assertThat(created.effect()).isEqualTo(Effect.CREATED);
        assertThat(same.effect()).isEqualTo(Effect.UNCHANGED);
        assertThat(same.pipeline()).isEqualTo(created.pipeline());
        assertThat(replaced.effect()).isEqualTo(Effect.REPLACED);
        assertThat(replaced.pipeline().definition().systemData())
                .isEqualTo(
                        new SystemData(Optional.of("ann"), Optional.of(NOON), Optional.of("bob"), Optional.of(LATER)));
        assertThat(catalog(NOON).get(FREE)).contains(replaced.pipeline());
    }

    @Test
    void whatIsDeclaredCanNeitherBePutNorDeleted() throws IOException {
        PipelineCatalog catalog = catalog(NOON);

        assertRefused(Kind.READ_ONLY, () -> catalog.put(pipeline(FIXED, "other"), Optional.empty(), ANY))
                .hasMessageContaining("TRANSSHIP_PIPELINES");
        assertRefused(Kind.READ_ONLY, () -> catalog.delete(FIXED, ANY));
        assertThat(catalog.find(FIXED)).isPresent();
        assertThat(catalog.isDeclared(FIXED)).isTrue();
        assertThat(catalog.isDeclared(FREE)).isFalse();
    }

    @Test
    void whatIsDeclaredHidesWhatWasPutUnderItsNameBefore() throws IOException {
        store.create(pipeline(FIXED, "other"));

        assertThat(catalog(NOON).list(FIXED.scope(), ResourceId.Type.EXPORT_PIPELINE))
                .containsExactly(pipeline(FIXED, "near"));
        assertThat(catalog(NOON).all()).containsExactly(pipeline(FIXED, "near").pipeline());
    }

    @Test
    void refusesHostsThatMayNotHaveTokensAndNamesAllOfThem() {
        PipelineDefinition strange = read(FREE, """
                {"properties": {
                  "target": {"uri": "https://a.example.com/transfer", "keyVaultUri": "https://vault.example.com/secrets/x"},
                  "relay": {"uri": "https://b.example.com/transfer", "storageAccessMode": "ManagedIdentity"}}}""");

        assertThatExceptionOfType(InvalidResourceException.class)
                .isThrownBy(() -> catalog(NOON).put(strange, Optional.empty(), ANY))
                .withMessageContainingAll(
                        "properties.target.uri", "properties.target.keyVaultUri", "properties.relay.uri");
        assertThat(store.all()).isEmpty();
    }

    @Test
    void holdsTheConditionsOfPutAndDelete() throws IOException {
        PipelineCatalog catalog = catalog(NOON);
        PipelineDefinition wanted = pipeline(FREE, "near");
        VersionCondition absent = new VersionCondition.Absent();
        VersionCondition present = new VersionCondition.Present();

        assertRefused(Kind.WRONG_VERSION, () -> catalog.put(wanted, Optional.empty(), present))
                .hasMessageContaining("'free' does not exist");
        assertRefused(Kind.WRONG_VERSION, () -> catalog.delete(FREE, present));
        assertThat(catalog.delete(FREE, ANY)).isFalse();
        String first = catalog.put(wanted, Optional.empty(), absent).pipeline().version();
        assertRefused(Kind.WRONG_VERSION, () -> catalog.put(pipeline(FREE, "other"), Optional.empty(), absent))
                .hasMessageContaining("'free' exists");
        String second = catalog.put(pipeline(FREE, "other"), Optional.empty(), new VersionCondition.Version(first))
                .pipeline()
                .version();
        assertRefused(Kind.WRONG_VERSION, () -> catalog.delete(FREE, new VersionCondition.Version(first)))
                .hasMessageContaining("was changed since it was read");
        assertThat(catalog.delete(FREE, new VersionCondition.Version(second))).isTrue();
        assertThat(catalog.find(FREE)).isEmpty();
    }

    @Test
    void aPutThatMeetsAnotherOneLooksAgain() throws IOException {
        AtomicInteger meetings = new AtomicInteger();
        PipelineStore busy = new InMemoryPipelineStore() {
            @Override
            public synchronized boolean create(PipelineDefinition definition) {
                if (meetings.getAndIncrement() == 0) {
                    super.create(pipeline(FREE, "other"));
                }
                return super.create(definition);
            }
        };

        Put put = catalog(NOON, busy).put(pipeline(FREE, "near"), Optional.empty(), ANY);

        assertThat(put.effect()).isEqualTo(Effect.REPLACED);
        assertThat(put.pipeline().definition().pipeline())
                .isEqualTo(pipeline(FREE, "near").pipeline());
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(Kind kind, ThrowingCallable call) {
        return assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ResourceConflictException.class,
                        e -> assertThat(e.kind()).isEqualTo(kind));
    }

    private PipelineCatalog catalog(Instant now) {
        return catalog(now, store);
    }

    private static PipelineCatalog catalog(Instant now, PipelineStore store) {
        List<String> problems = new ArrayList<>();
        DeclaredPipelines declared = DeclaredPipelines.parse(
                "[{\"id\": \"%s\", \"properties\": {\"target\": {\"uri\": \"https://near.blob.core.windows.net/transfer\", \"storageAccessMode\": \"ManagedIdentity\"}}}]"
                        .formatted(FIXED),
                problems);
        assertThat(problems).isEmpty();
        PipelineHosts hosts = new PipelineHosts(
                RegistryDirectory.parse("", CloudEndpoints.AZURE_PUBLIC, problems),
                new AllowedHosts(Set.of(".azurecr.io", ".blob.core.windows.net", ".vault.azure.net"), Set.of()));
        return new PipelineCatalog(declared, store, hosts, Clock.fixed(now, ZoneOffset.UTC));
    }

    private static PipelineDefinition pipeline(ResourceId id, String account) {
        return read(
                id,
                "{\"properties\": {\"target\": {\"uri\": \"https://%s.blob.core.windows.net/transfer\", \"storageAccessMode\": \"ManagedIdentity\"}}}"
                        .formatted(account));
    }

    private static PipelineDefinition read(ResourceId id, String json) {
        try {
            return PipelineJson.read(id, new JsonMapper().readTree(json), new ArrayList<>())
                    .orElseThrow();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}

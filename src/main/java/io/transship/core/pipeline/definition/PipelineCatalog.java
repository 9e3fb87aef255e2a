package io.transship.core.pipeline.definition;

import io.transship.core.pipeline.InvalidResourceException;
import io.transship.core.pipeline.Pipeline;
import io.transship.core.pipeline.Pipelines;
import io.transship.core.pipeline.Problem;
import io.transship.core.pipeline.ResourceConflictException;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.VersionCondition;
import io.transship.core.pipeline.definition.PipelineStore.Versioned;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * All pipelines that the app knows: those that are declared with it, which nobody can change through the API, and those that
 * were put there. Thread-safe.
 */
public final class PipelineCatalog implements Pipelines {

    /** Version of pipelines that are declared: they only change with the app's settings. */
    private static final String DECLARED = "\"declared\"";

    private static final int MAX_CONFLICTS = 20;

    private final DeclaredPipelines declared;
    private final PipelineStore store;
    private final PipelineHosts hosts;
    private final Clock clock;

    public PipelineCatalog(DeclaredPipelines declared, PipelineStore store, PipelineHosts hosts, Clock clock) {
        this.declared = declared;
        this.store = store;
        this.hosts = hosts;
        this.clock = clock;
    }

    /** What a PUT of a pipeline did. */
    public enum Effect {
        CREATED,
        REPLACED,
        /** It said the same before. */
        UNCHANGED
    }

    /** A pipeline after a PUT, in the version it has now. */
    public record Put(Versioned pipeline, Effect effect) {}

    public boolean isDeclared(ResourceId id) {
        return declared.definition(id).isPresent();
    }

    /** A pipeline with its version. */
    public Optional<Versioned> get(ResourceId id) throws IOException {
        Optional<PipelineDefinition> fixed = declared.definition(id);
        return fixed.isPresent() ? fixed.map(found -> new Versioned(found, DECLARED)) : store.find(id);
    }

    /** The pipelines of one kind under a registry, in the order of their names. */
    public List<PipelineDefinition> list(String scope, ResourceId.Type type) throws IOException {
        return definitions().stream()
                .filter(definition -> definition.id().type() == type
                        && definition.id().scope().equals(scope))
                .toList();
    }

    /**
     * Creates or replaces a pipeline: ARM's PUT.
     *
     * @param by who asks, where that is known
     * @throws InvalidResourceException if it names a host that may not receive tokens
     * @throws ResourceConflictException if it is declared with the app, or the condition does not hold
     */
    public Put put(PipelineDefinition wanted, Optional<String> by, VersionCondition condition) throws IOException {
        refuseIfDeclared(wanted.id());
        List<Problem> problems = hosts.problemsOf(wanted.pipeline());
        if (!problems.isEmpty()) {
            throw new InvalidResourceException(problems);
        }
        for (int attempt = 0; attempt < MAX_CONFLICTS; attempt++) {
            Optional<Versioned> found = store.find(wanted.id());
            condition.require(wanted.id(), found.map(Versioned::version));
            if (found.isPresent() && found.get().definition().saysTheSameAs(wanted)) {
                return new Put(found.get(), Effect.UNCHANGED);
            }
            PipelineDefinition next = wanted.with(
                    found.isPresent()
                            ? found.get().definition().systemData().modified(by, clock.instant())
                            : SystemData.created(by, clock.instant()));
            boolean kept = found.isPresent() ? store.replace(next, found.get().version()) : store.create(next);
            Optional<Versioned> now = kept ? store.find(wanted.id()) : Optional.empty();
            if (now.isPresent()) {
                return new Put(now.get(), found.isPresent() ? Effect.REPLACED : Effect.CREATED);
            }
        }
        throw new IOException("pipeline '%s' is changed by others all the time".formatted(wanted.id()));
    }

    /**
     * Removes a pipeline.
     *
     * @return false if there is none of that id
     * @throws ResourceConflictException if it is declared with the app, or the condition does not hold
     */
    public boolean delete(ResourceId id, VersionCondition condition) throws IOException {
        refuseIfDeclared(id);
        for (int attempt = 0; attempt < MAX_CONFLICTS; attempt++) {
            Optional<Versioned> found = store.find(id);
            condition.require(id, found.map(Versioned::version));
            if (found.isEmpty()) {
                return false;
            }
            if (store.delete(id, found.get().version())) {
                return true;
            }
        }
        throw new IOException("pipeline '%s' is changed by others all the time".formatted(id));
    }

    private void refuseIfDeclared(ResourceId id) throws ResourceConflictException {
        if (isDeclared(id)) {
            throw new ResourceConflictException(
                    ResourceConflictException.Kind.READ_ONLY,
                    "pipeline '%s' is declared with the app and read-only here; change it in the app setting TRANSSHIP_PIPELINES or the file that it names"
                            .formatted(id.name()));
        }
    }

    /** All pipelines of all registries, by their ids. */
    public List<PipelineDefinition> definitions() throws IOException {
        List<PipelineDefinition> all = new ArrayList<>(declared.definitions());
        for (PipelineDefinition stored : store.all()) {
            if (!isDeclared(stored.id())) {
                all.add(stored);
            }
        }
        all.sort(Comparator.comparing(definition -> definition.id().toString()));
        return all;
    }

    @Override
    public Optional<Pipeline> find(ResourceId id) throws IOException {
        return get(id).map(found -> found.definition().pipeline());
    }

    @Override
    public List<Pipeline> all() throws IOException {
        return definitions().stream().map(PipelineDefinition::pipeline).toList();
    }
}

package io.transship.core.pipeline.run;

import io.transship.core.pipeline.Page;
import io.transship.core.pipeline.ResourceId;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Keeps runs, the progress of their slices and their documents. Thread-safe, and safe for several processes: a run is only
 * changed by whoever read its current version.
 */
public interface PipelineRuns {

    /** A run and the version that it was read in. */
    record Versioned(PipelineRun run, String version) {}

    /**
     * Keeps a new run.
     *
     * @return false, and nothing is changed, if there is one of that id, or if an archive triggered this one and one of that id
     *     was deleted: what arrived once is not imported again because the record of it is gone
     */
    boolean create(PipelineRun run) throws IOException;

    Optional<Versioned> find(ResourceId id) throws IOException;

    /**
     * Replaces a run.
     *
     * @param version the one that the change was made from
     * @return false, and nothing is changed, if the run is in another version by now or gone
     */
    boolean replace(PipelineRun run, String version) throws IOException;

    /**
     * Removes a run with the progress and documents of all its executions.
     *
     * @return false, and nothing is changed, if the run is in another version by now or gone
     */
    boolean delete(ResourceId id, String version) throws IOException;

    /**
     * Runs under the registry of {@link ResourceId#scope()}, newest first by {@link RunTimes#createdAt()}.
     *
     * @param most how many runs the page has at most; it may have fewer though others follow
     * @param from {@link Page#next()} of the page before; empty for the first one
     * @throws IllegalArgumentException if {@code from} is none that this list gave out
     */
    Page<PipelineRun> list(String scope, int most, Optional<String> from) throws IOException;

    /**
     * Executions of runs of all registries that were not {@link #settle settled} yet: all that are not over, and some that
     * are over or gone.
     */
    List<ExecutionId> unsettled() throws IOException;

    /** Takes an execution out of {@link #unsettled()}; for those that are over or gone. */
    void settle(ExecutionId execution) throws IOException;

    /** Runs of all registries that were created before that time, in no order, not more than so many. */
    List<PipelineRun> createdBefore(Instant time, int most) throws IOException;

    /** Keeps the progress of a slice, whatever was kept before: its writers agree on what is moved. */
    void putSlice(ExecutionId execution, SliceProgress progress) throws IOException;

    /** Keeps how far a slice is, unless it is done: what is noted late takes nothing back, and nothing may be noted at all. */
    void noteProgress(ExecutionId execution, SliceProgress progress) throws IOException;

    /** The slices of a leg's plan that something is kept of, by number. Of one whose record is damaged, nothing is: it is moved again. */
    List<SliceProgress> slices(ExecutionId execution, Leg leg, int generation) throws IOException;

    /**
     * Keeps a document, once: a document that exists is never replaced.
     *
     * @return what is kept under that name now, which is another's if that one came first
     */
    byte[] keepDocument(ExecutionId execution, String name, byte[] content) throws IOException;

    Optional<byte[]> document(ExecutionId execution, String name) throws IOException;
}

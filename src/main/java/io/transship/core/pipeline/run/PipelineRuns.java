package io.transship.core.pipeline.run;

import io.transship.core.pipeline.ResourceId;
import java.io.IOException;
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
     * @return false, and nothing is changed, if there is one of that id
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

    /** All runs under the registry of {@link ResourceId#scope()}, newest first. */
    List<PipelineRun> list(String scope) throws IOException;

    /** Keeps the progress of a slice, whatever was kept before: its writers agree on what is moved. */
    void putSlice(ResourceId run, SliceProgress progress) throws IOException;

    /** Keeps how far a slice is, unless it is done: what is noted late takes nothing back, and nothing may be noted at all. */
    void noteProgress(ResourceId run, SliceProgress progress) throws IOException;

    /** The slices of a leg's plan that something is kept of, by number. */
    List<SliceProgress> slices(ResourceId run, Leg leg, int generation) throws IOException;

    /**
     * Keeps a document, once: a document that exists is never replaced.
     *
     * @return what is kept under that name now, which is another's if that one came first
     */
    byte[] keepDocument(ResourceId run, String name, byte[] content) throws IOException;

    Optional<byte[]> document(ResourceId run, String name) throws IOException;
}

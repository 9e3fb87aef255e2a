package io.transship.core.pipeline.run;

import io.transship.core.pipeline.ResourceId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs in memory, kept as the JSON that a real store keeps. Thread-safe. */
public final class InMemoryPipelineRuns implements PipelineRuns {

    private static final Comparator<PipelineRun> NEWEST_FIRST = Comparator.comparing(PipelineRun::createdAt)
            .reversed()
            .thenComparing(run -> run.id().toString());

    private final Map<ResourceId, Kept> runs = new HashMap<>();
    private final Map<SliceKey, byte[]> slices = new HashMap<>();
    private final Map<DocumentKey, byte[]> documents = new HashMap<>();
    private long versions;

    @Override
    public synchronized boolean create(PipelineRun run) throws IOException {
        if (runs.containsKey(run.id())) {
            return false;
        }
        runs.put(run.id(), new Kept(RunJson.write(run), nextVersion()));
        return true;
    }

    @Override
    public synchronized Optional<Versioned> find(ResourceId id) throws IOException {
        Kept kept = runs.get(id);
        return kept == null ? Optional.empty() : Optional.of(new Versioned(kept.run(), kept.version()));
    }

    @Override
    public synchronized boolean replace(PipelineRun run, String version) throws IOException {
        Kept kept = runs.get(run.id());
        if (kept == null || !kept.version().equals(version)) {
            return false;
        }
        runs.put(run.id(), new Kept(RunJson.write(run), nextVersion()));
        return true;
    }

    @Override
    public synchronized List<PipelineRun> list(String scope) throws IOException {
        List<PipelineRun> found = new ArrayList<>();
        for (Map.Entry<ResourceId, Kept> entry : runs.entrySet()) {
            if (entry.getKey().scope().equals(scope)) {
                found.add(entry.getValue().run());
            }
        }
        found.sort(NEWEST_FIRST);
        return found;
    }

    @Override
    public synchronized void putSlice(ResourceId run, SliceProgress progress) throws IOException {
        slices.put(new SliceKey(run, progress.leg(), progress.generation(), progress.slice()), RunJson.write(progress));
    }

    @Override
    public synchronized void noteProgress(ResourceId run, SliceProgress progress) throws IOException {
        boolean done = slices(run, progress.leg(), progress.generation()).stream()
                .anyMatch(slice -> slice.slice() == progress.slice() && slice.done());
        if (!done) {
            putSlice(run, progress);
        }
    }

    @Override
    public synchronized List<SliceProgress> slices(ResourceId run, Leg leg, int generation) throws IOException {
        List<SliceProgress> found = new ArrayList<>();
        for (Map.Entry<SliceKey, byte[]> entry : slices.entrySet()) {
            SliceKey key = entry.getKey();
            if (key.run().equals(run) && key.leg() == leg && key.generation() == generation) {
                found.add(RunJson.read(entry.getValue(), SliceProgress.class));
            }
        }
        found.sort(Comparator.comparingInt(SliceProgress::slice));
        return found;
    }

    @Override
    public synchronized byte[] keepDocument(ResourceId run, String name, byte[] content) {
        return documents
                .computeIfAbsent(new DocumentKey(run, name), unused -> content.clone())
                .clone();
    }

    @Override
    public synchronized Optional<byte[]> document(ResourceId run, String name) {
        return Optional.ofNullable(documents.get(new DocumentKey(run, name))).map(byte[]::clone);
    }

    private String nextVersion() {
        versions++;
        return "W/\"" + versions + "\"";
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Kept(byte[] json, String version) {

        PipelineRun run() throws IOException {
            return RunJson.read(json, PipelineRun.class);
        }
    }

    private record SliceKey(ResourceId run, Leg leg, int generation, int slice) {}

    private record DocumentKey(ResourceId run, String name) {}
}

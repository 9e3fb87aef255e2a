package io.transship.core.pipeline.run;

import io.transship.core.pipeline.Page;
import io.transship.core.pipeline.ResourceId;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Runs in memory, kept as the JSON that a real store keeps. Thread-safe. */
public final class InMemoryPipelineRuns implements PipelineRuns {

    private static final String TOKEN = "from-";
    private static final Comparator<PipelineRun> NEWEST_FIRST = Comparator.comparing(InMemoryPipelineRuns::token);

    private final Map<ResourceId, Kept> runs = new HashMap<>();
    private final Map<SliceKey, byte[]> slices = new HashMap<>();
    private final Map<DocumentKey, byte[]> documents = new HashMap<>();
    private final Set<ExecutionId> unsettled = new LinkedHashSet<>();
    private final Set<ResourceId> deleted = new HashSet<>();
    private long versions;

    @Override
    public synchronized boolean create(PipelineRun run) throws IOException {
        if (runs.containsKey(run.id()) || (run.times().triggeredAt() != null && deleted.contains(run.id()))) {
            return false;
        }
        deleted.remove(run.id());
        unsettled.add(run.execution());
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
        if (run.status() == RunStatus.QUEUED) {
            unsettled.add(run.execution());
        }
        runs.put(run.id(), new Kept(RunJson.write(run), nextVersion()));
        return true;
    }

    @Override
    public synchronized boolean delete(ResourceId id, String version) throws IOException {
        Kept kept = runs.get(id);
        if (kept == null || !kept.version().equals(version)) {
            return false;
        }
        if (kept.run().times().triggeredAt() != null) {
            deleted.add(id);
        }
        runs.remove(id);
        slices.keySet().removeIf(key -> key.execution().run().equals(id));
        documents.keySet().removeIf(key -> key.execution().run().equals(id));
        return true;
    }

    @Override
    public synchronized Page<PipelineRun> list(String scope, int most, Optional<String> from) throws IOException {
        List<PipelineRun> found = new ArrayList<>();
        for (Map.Entry<ResourceId, Kept> entry : runs.entrySet()) {
            if (entry.getKey().scope().equals(scope)) {
                found.add(entry.getValue().run());
            }
        }
        found.sort(NEWEST_FIRST);
        if (from.isPresent()) {
            String token = from.get();
            if (!token.startsWith(TOKEN)) {
                throw new IllegalArgumentException("the list has no page '%s'".formatted(token));
            }
            found.removeIf(run -> token(run).compareTo(token) < 0);
        }
        List<PipelineRun> items = found.subList(0, Math.min(found.size(), most));
        return new Page<>(items, found.size() > most ? Optional.of(token(found.get(most))) : Optional.empty());
    }

    /** Sorts as the list does, so that a page goes on from there whatever became of the runs before it. */
    private static String token(PipelineRun run) {
        long micros = ChronoUnit.MICROS.between(Instant.EPOCH, run.times().createdAt());
        return "%s%019d-%s".formatted(TOKEN, Long.MAX_VALUE - micros, run.id());
    }

    @Override
    public synchronized List<ExecutionId> unsettled() {
        return List.copyOf(unsettled);
    }

    @Override
    public synchronized void settle(ExecutionId execution) {
        unsettled.remove(execution);
    }

    @Override
    public synchronized List<PipelineRun> createdBefore(Instant time, int most) throws IOException {
        List<PipelineRun> found = new ArrayList<>();
        for (Kept kept : runs.values()) {
            if (kept.run().times().createdAt().isBefore(time)) {
                found.add(kept.run());
            }
        }
        return found.subList(0, Math.min(most, found.size()));
    }

    @Override
    public synchronized void putSlice(ExecutionId execution, SliceProgress progress) throws IOException {
        slices.put(
                new SliceKey(execution, progress.leg(), progress.generation(), progress.slice()),
                RunJson.write(progress));
    }

    @Override
    public synchronized void noteProgress(ExecutionId execution, SliceProgress progress) throws IOException {
        boolean done = slices(execution, progress.leg(), progress.generation()).stream()
                .anyMatch(slice -> slice.slice() == progress.slice() && slice.done());
        if (!done) {
            putSlice(execution, progress);
        }
    }

    @Override
    public synchronized List<SliceProgress> slices(ExecutionId execution, Leg leg, int generation) throws IOException {
        List<SliceProgress> found = new ArrayList<>();
        for (Map.Entry<SliceKey, byte[]> entry : slices.entrySet()) {
            SliceKey key = entry.getKey();
            if (key.execution().equals(execution) && key.leg() == leg && key.generation() == generation) {
                readable(entry.getValue()).ifPresent(found::add);
            }
        }
        found.sort(Comparator.comparingInt(SliceProgress::slice));
        return found;
    }

    @Override
    public synchronized byte[] keepDocument(ExecutionId execution, String name, byte[] content) {
        return documents
                .computeIfAbsent(new DocumentKey(execution, name), unused -> content.clone())
                .clone();
    }

    @Override
    public synchronized Optional<byte[]> document(ExecutionId execution, String name) {
        return Optional.ofNullable(documents.get(new DocumentKey(execution, name)))
                .map(byte[]::clone);
    }

    private static Optional<SliceProgress> readable(byte[] slice) {
        try {
            return Optional.of(RunJson.read(slice, SliceProgress.class));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Writes other bytes over a document. */
    public synchronized void damageDocument(ExecutionId execution, String name, byte[] bytes) {
        requirePresent(documents.replace(new DocumentKey(execution, name), bytes), name);
    }

    public synchronized void loseDocument(ExecutionId execution, String name) {
        requirePresent(documents.remove(new DocumentKey(execution, name)), name);
    }

    /** Makes what is kept of a slice unreadable. */
    public synchronized void damageSlice(ExecutionId execution, Leg leg, int generation, int slice) {
        byte[] before = slices.replace(new SliceKey(execution, leg, generation, slice), new byte[] {'{'});
        requirePresent(before, "slice " + slice);
    }

    private static void requirePresent(byte @Nullable [] before, String name) {
        if (before == null) {
            throw new AssertionError("nothing was kept of " + name);
        }
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

    private record SliceKey(ExecutionId execution, Leg leg, int generation, int slice) {}

    private record DocumentKey(ExecutionId execution, String name) {}
}

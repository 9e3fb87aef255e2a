package io.transship.core.pipeline.request;

import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.run.ExecutionId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Reports in memory. Thread-safe. */
public final class InMemoryRunReports implements RunReports {

    private final Map<ExecutionId, RunView> kept = new ConcurrentHashMap<>();

    @Override
    public void keep(RunView view) {
        kept.put(view.run().execution(), view);
    }

    @Override
    public void deleteAll(ResourceId run) {
        kept.keySet().removeIf(execution -> execution.run().equals(run));
    }

    /** Those that are there. */
    public Map<ExecutionId, RunView> kept() {
        return Map.copyOf(kept);
    }
}

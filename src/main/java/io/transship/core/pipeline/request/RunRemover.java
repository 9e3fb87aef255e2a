package io.transship.core.pipeline.request;

import io.transship.core.pipeline.Page;
import io.transship.core.pipeline.ResourceConflictException;
import io.transship.core.pipeline.ResourceId;
import io.transship.core.pipeline.VersionCondition;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.PipelineRuns;
import io.transship.core.pipeline.run.PipelineRuns.Versioned;
import io.transship.core.pipeline.run.RunStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Removes runs that are over, and the record of them; what they moved stays. Thread-safe. */
public final class RunRemover {

    private static final int PAGE = 200;

    private final PipelineRuns runs;
    private final RunReports reports;
    private final RunReports.AfterDeletion afterDeletion;

    public RunRemover(PipelineRuns runs, RunReports reports, RunReports.AfterDeletion afterDeletion) {
        this.runs = runs;
        this.reports = reports;
        this.afterDeletion = afterDeletion;
    }

    /**
     * Removes a run.
     *
     * @return false if there is none of that id
     * @throws ResourceConflictException if it is not over or the condition does not hold
     */
    public boolean remove(ResourceId id, VersionCondition condition) throws IOException {
        Optional<Versioned> found = runs.find(id);
        condition.require(id, found.map(Versioned::version));
        if (found.isEmpty()) {
            return false;
        }
        PipelineRun run = found.get().run();
        if (!run.status().isFinal()) {
            throw new ResourceConflictException(
                    ResourceConflictException.Kind.WRONG_STATE,
                    "run '%s' is %s; cancel it before you delete it"
                            .formatted(id.name(), run.status().label()));
        }
        if (!remove(found.get())) {
            throw new ResourceConflictException(
                    ResourceConflictException.Kind.WRONG_VERSION,
                    "run '%s' was changed meanwhile; look at it before you delete it".formatted(id.name()));
        }
        return true;
    }

    /**
     * Removes a run in this version.
     *
     * @return false, and nothing is changed, if it is in another version by now or gone
     */
    public boolean remove(Versioned run) throws IOException {
        if (afterDeletion == RunReports.AfterDeletion.STAY) {
            reports.keep(RunView.of(runs, run.run()));
        }
        boolean deleted = runs.delete(run.run().id(), run.version());
        if (deleted && afterDeletion == RunReports.AfterDeletion.GO) {
            reports.deleteAll(run.run().id());
        }
        return deleted;
    }

    /**
     * Finds the failed runs under a registry, newest first, and removes them.
     *
     * @param dryRun only finds them
     * @return those that were removed, or would be
     */
    public List<PipelineRun> removeFailed(String scope, boolean dryRun) throws IOException {
        List<PipelineRun> failed = new ArrayList<>();
        Optional<String> from = Optional.empty();
        do {
            Page<PipelineRun> page = runs.list(scope, PAGE, from);
            page.items().stream()
                    .filter(run -> run.status() == RunStatus.FAILED)
                    .forEach(failed::add);
            from = page.next();
        } while (from.isPresent());
        if (dryRun) {
            return failed;
        }
        List<PipelineRun> removed = new ArrayList<>();
        for (PipelineRun run : failed) {
            Optional<Versioned> now =
                    runs.find(run.id()).filter(found -> found.run().status() == RunStatus.FAILED);
            if (now.isPresent() && remove(now.get())) {
                removed.add(run);
            }
        }
        return removed;
    }
}

package io.transship.core.pipeline.execution;

import io.transship.core.oci.Digest;
import io.transship.core.pipeline.Pipeline;
import io.transship.core.pipeline.run.LegPlan;
import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.RunChanges;
import io.transship.core.pipeline.run.RunStatus;
import io.transship.core.pipeline.run.Step;
import io.transship.core.pipeline.run.StepQueue;
import io.transship.core.pipeline.telemetry.RunTelemetry;
import java.io.IOException;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

/** Executes plan steps: decides what a leg moves, once, and plans anew what turns out not to work. Thread-safe. */
final class Planning {

    private final LegWorks works;
    private final RunChanges changes;
    private final StepQueue queue;
    private final Clock clock;
    private final RunTelemetry telemetry;

    Planning(LegWorks works, RunChanges changes, StepQueue queue, Clock clock, RunTelemetry telemetry) {
        this.works = works;
        this.changes = changes;
        this.queue = queue;
        this.clock = clock;
        this.telemetry = telemetry;
    }

    String plan(PipelineRun run, Pipeline pipeline) throws IOException {
        PipelineRun current = run;
        if (current.plan() == null) {
            current = changes.apply(
                    run.execution(), r -> r.status() == RunStatus.QUEUED ? r.planning(clock.instant()) : r);
            try {
                LegWork.Planned planned = works.of(current, pipeline).plan();
                // Another worker may have planned at the same time: its numbers stand then, and the document is one.
                current = changes.apply(
                        run.execution(),
                        r -> r.status() == RunStatus.PLANNING && r.plan() == null && r.isOnSamePlanAs(run)
                                ? planned(r, planned)
                                : r);
                tellOfPresent(current, planned.plan());
            } catch (IOException | RuntimeException e) {
                // Its archive may even be there by now, which is no reason to fail.
                current = changes.apply(run.execution(), r -> r);
                if (current.plan() == null || !current.isOnSamePlanAs(run)) {
                    throw e;
                }
            }
        }
        LegPlan plan = current.plan();
        if (plan == null || !current.isOnSamePlanAs(run)) {
            return "ignored a plan of %s: the run is %s"
                    .formatted(run.label(), current.status().label());
        }
        if (plan.slices() == 0 || current.status() == RunStatus.SEALING) {
            queue.enqueue(Step.seal(current));
            return "planned %s: nothing to move".formatted(run.label());
        }
        for (int slice = 0; slice < plan.slices(); slice++) {
            queue.enqueue(Step.move(current, slice));
        }
        return "planned %s: %,d bytes in %d slices".formatted(run.label(), plan.bytes(), plan.slices());
    }

    private PipelineRun planned(PipelineRun run, LegWork.Planned planned) {
        PipelineRun moving = run.moving(planned.plan(), planned.catalogDigest(), clock.instant())
                .traced(run.trace().withArchive(planned.archiveTrace()));
        return planned.plan().present() ? moving.sealing() : moving;
    }

    /** What nobody moves nobody else will tell of. */
    private void tellOfPresent(PipelineRun run, LegPlan plan) {
        if (plan.present()) {
            telemetry.moved(run, 0, 0, plan.bytes());
        }
    }

    /** Plans an export again without the artifacts whose contents turned out broken. */
    String replan(PipelineRun run, LegWork work, Map<Digest, String> broken) throws IOException {
        Map<String, String> excluded = new HashMap<>();
        String reason = broken.values().iterator().next();
        work.artifactsThatNeed(broken.keySet()).forEach(artifact -> excluded.put(artifact, reason));
        PipelineRun replanned = changes.apply(
                run.execution(),
                r -> r.isOnSamePlanAs(run) && r.status() == RunStatus.MOVING ? r.replanned(excluded) : r);
        if (replanned.generation() > run.generation()) {
            queue.enqueue(Step.plan(replanned));
        }
        return "plans %s again without %d artifacts: %s".formatted(run.label(), excluded.size(), reason);
    }
}

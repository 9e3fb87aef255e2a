package io.transship.core.pipeline.telemetry;

import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.Step;
import io.transship.core.transfer.artifact.ArtifactOutcome;
import java.util.List;
import java.util.Optional;

/** Hears what happens to runs. Thread-safe, quick, and throws nothing. */
public interface RunTelemetry {

    /** Hears nothing. */
    RunTelemetry NONE = new RunTelemetry() {

        @Override
        public Optional<String> traceparent() {
            return Optional.empty();
        }

        @Override
        public StepWatch begun(PipelineRun run, Step step) {
            return StepWatch.NONE;
        }

        @Override
        public StepWatch givenUp(Step step) {
            return StepWatch.NONE;
        }

        @Override
        public void moved(PipelineRun run, long sent, long copied, long saved) {}

        @Override
        public void ended(PipelineRun run, List<ArtifactOutcome> outcomes) {}

        @Override
        public void found(Finding finding) {}
    };

    /** What a sweep finds. */
    enum Finding {
        /** An archive without an event. */
        MISSED_ARCHIVE,
        /** A run that stood still, and was set going again. */
        REVIVED_RUN,
        /** A run that stood still, and was ended. */
        GIVEN_UP_RUN,
        /** A container or a run that could not be looked at. */
        UNREADABLE
    }

    /** Where the request or event belongs that this thread works on, as W3C's traceparent; empty if nothing says so. */
    Optional<String> traceparent();

    /**
     * A step of a run begins, and goes on until the watch is closed, by the same thread.
     *
     * @param run as it is before the step
     */
    StepWatch begun(PipelineRun run, Step step);

    /** A step was tried in vain as often as its queue allows; its run is ended before the watch is closed, by the same thread. */
    StepWatch givenUp(Step step);

    /** So many bytes of a run's leg are at their target since this was last said: sent there, fetched from there, or there before. */
    void moved(PipelineRun run, long sent, long copied, long saved);

    /**
     * A run is over. Said once for each execution, by the worker that ended it.
     *
     * @param outcomes what became of its artifacts, as far as it is known
     */
    void ended(PipelineRun run, List<ArtifactOutcome> outcomes);

    void found(Finding finding);
}

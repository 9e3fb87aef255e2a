package io.transship.core.pipeline.run;

class InMemoryPipelineRunsTest extends PipelineRunsContract {

    @Override
    protected PipelineRuns emptyRuns() {
        return new InMemoryPipelineRuns();
    }
}

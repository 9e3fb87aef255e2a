package io.transship.core.pipeline.run;

import org.junit.jupiter.api.Nested;

class InMemoryPipelineRunsTest {

    @Nested
    class Runs extends PipelineRunsContract {
        @Override
        protected PipelineRuns emptyRuns() {
            return new InMemoryPipelineRuns();
        }
    }

    @Nested
    class Lists extends RunListContract {
        @Override
        protected PipelineRuns emptyRuns() {
            return new InMemoryPipelineRuns();
        }
    }

    @Nested
    class Records extends RunRecordsContract {
        @Override
        protected PipelineRuns emptyRuns() {
            return new InMemoryPipelineRuns();
        }
    }
}

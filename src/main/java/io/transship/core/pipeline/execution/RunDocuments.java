package io.transship.core.pipeline.execution;

import io.transship.core.pipeline.run.PipelineRun;
import io.transship.core.pipeline.run.PipelineRuns;
import java.io.FileNotFoundException;
import java.io.IOException;

/** The documents that the work on a run cannot do without. */
final class RunDocuments {

    private RunDocuments() {}

    static byte[] required(PipelineRuns runs, PipelineRun run, String name) throws IOException {
        return runs.document(run.execution(), name)
                .orElseThrow(() -> new FileNotFoundException(
                        "%s has lost its document '%s' in the app's storage account; start another run"
                                .formatted(run.label(), name)));
    }
}

package io.transship.core.pipeline.run;

import java.io.FileNotFoundException;
import java.io.IOException;

/** The documents of a run by their names. */
final class RunDocuments {

    static final String OUTCOMES = "outcomes";

    private RunDocuments() {}

    static byte[] required(PipelineRuns runs, PipelineRun run, String name) throws IOException {
        return runs.document(run.id(), name)
                .orElseThrow(() -> new FileNotFoundException(
                        "%s has lost its document '%s' in the app's storage account; start another run"
                                .formatted(run.label(), name)));
    }
}

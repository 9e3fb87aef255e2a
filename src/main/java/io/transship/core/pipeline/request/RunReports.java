package io.transship.core.pipeline.request;

import io.transship.core.pipeline.ResourceId;
import java.io.IOException;

/** Keeps reports of executions of runs that are over. Thread-safe. */
public interface RunReports {

    /** What becomes of the reports of a run when it is deleted. */
    enum AfterDeletion {
        STAY,
        GO
    }

    /** Keeps a report of this execution of a run; one that is there is written again with the same content. */
    void keep(RunView view) throws IOException;

    /** Deletes all reports of a run. */
    void deleteAll(ResourceId run) throws IOException;
}

package io.transship.core.pipeline.request;

import java.io.IOException;

/** Keeps reports of runs that are over, also after the runs are deleted; or keeps none, if the operator wants none. Thread-safe. */
@FunctionalInterface
public interface RunReports {

    /** Keeps none. */
    RunReports NONE = view -> {};

    /** Keeps a report of this execution of a run; one that is there is written again with the same content. */
    void keep(RunView view) throws IOException;
}

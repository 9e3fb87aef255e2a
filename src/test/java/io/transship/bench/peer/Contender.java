package io.transship.bench.peer;

import io.transship.bench.data.DataSet;
import io.transship.bench.machine.Stage;
import java.io.IOException;
import java.util.List;

/** Moves data sets from a registry into a container and from there into another registry. For one thread. */
public interface Contender {

    /** As it stands in tables. */
    String name();

    /** What it consists of, with versions. */
    String version() throws IOException;

    /** Whether it has a way back for a set that it exported. */
    default boolean canImport(DataSet set) {
        return true;
    }

    /** Exports a set into the container, which is empty. */
    List<Stage> export(DataSet set) throws IOException;

    /** Imports what it exported before into the target, which is empty. */
    List<Stage> importInto(DataSet set) throws IOException;
}

package io.transship.core.pipeline.run;

import java.util.List;

/** Thrown when a run is asked for wrongly; knows all that is wrong. */
public final class InvalidRunException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final List<String> problems;

    public InvalidRunException(List<String> problems) {
        super(String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    /** All of them, each starting with the property that it is about. */
    public List<String> problems() {
        return problems;
    }
}

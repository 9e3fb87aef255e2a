package io.transship.core.pipeline;

import java.util.List;
import java.util.stream.Collectors;

/** Thrown when a pipeline or run is asked for wrongly; knows all that is wrong. */
public final class InvalidResourceException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    public InvalidResourceException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("; ")));
        this.problems = List.copyOf(problems);
    }

    public List<Problem> problems() {
        return problems;
    }
}

package io.transship.local.functions.app;

import java.util.List;

/** The app or its settings cannot be run: holds every problem that was found, not only the first. */
public final class StartupException extends Exception {

    private final transient List<String> problems;

    StartupException(List<String> problems) {
        super("the function app cannot start:\n  - " + String.join("\n  - ", problems));
        this.problems = List.copyOf(problems);
    }

    /** Throws when at least one problem has been collected. */
    public static void throwIfAny(List<String> problems) throws StartupException {
        if (!problems.isEmpty()) {
            throw new StartupException(problems);
        }
    }

    public List<String> problems() {
        return problems;
    }
}

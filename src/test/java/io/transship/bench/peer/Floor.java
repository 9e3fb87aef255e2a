package io.transship.bench.peer;

/** The least that a program can do. */
public final class Floor {

    /** Its name in tables. */
    public static final String NAME = "floor";

    private Floor() {}
}

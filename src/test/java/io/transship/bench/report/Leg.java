package io.transship.bench.report;

/** What is timed. */
public enum Leg {
    EXPORT("export"),
    IMPORT("import"),
    /** Of a set that did not change, while its archive is there. */
    SECOND_EXPORT("second export"),
    /** Of an archive whose content is all at the target. */
    SECOND_IMPORT("second import");

    private final String title;

    Leg(String title) {
        this.title = title;
    }

    /** As it stands in tables. */
    public String title() {
        return title;
    }
}

package io.transship.core.pipeline.run;

/** The way that a run is on; an export with a relay has two. Each leg is planned, moved and sealed. */
public enum Leg {
    EXPORT("export"),
    RELAY("relay"),
    IMPORT("import");

    private final String label;

    Leg(String label) {
        this.label = label;
    }

    /** As progress and messages show it. */
    public String label() {
        return label;
    }
}

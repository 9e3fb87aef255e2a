package io.transship.core.transfer;

/** What becomes of the other artifacts when one fails. */
public enum OnError {
    /** Nothing becomes visible. */
    STOP,
    /** They go on; the one that failed is reported ({@code ContinueOnErrors}). */
    CONTINUE
}

package io.transship.core.content;

/** Hears how often servers have to be asked again. Thread-safe, quick, and throws nothing. */
@FunctionalInterface
public interface RetryListener {

    RetryListener NONE = reason -> {};

    /** Why an exchange failed in a way that another attempt may cure. */
    enum Reason {
        /** The server asks for less. */
        THROTTLED,
        /** It answered with a failure of its own, or not at all. */
        UNAVAILABLE
    }

    void triesAgain(Reason reason);
}

package io.transship.azure.state;

/** Prepares something before it is first used, and again if that failed. Thread-safe. */
final class FirstUse {

    private volatile boolean prepared;

    void prepare(Runnable preparation) {
        if (!prepared) {
            // Twice at the same time is harmless: all that is prepared here is made only if it is not there.
            preparation.run();
            prepared = true;
        }
    }
}

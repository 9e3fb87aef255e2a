package io.transship.core.pipeline.run;

import java.io.IOException;

/** Passes steps on to whichever worker is free: each at least once, in no order. Thread-safe. */
@FunctionalInterface
public interface StepQueue {

    void enqueue(Step step) throws IOException;
}

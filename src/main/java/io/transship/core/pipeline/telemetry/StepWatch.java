package io.transship.core.pipeline.telemetry;

/** Watches one execution of a step, which is done unless something else is said before it is closed. */
public interface StepWatch extends AutoCloseable {

    /** Watches nothing. */
    StepWatch NONE = new StepWatch() {

        @Override
        public void failed(Exception failure) {}

        @Override
        public void triedAgain() {}

        @Override
        public void canceled() {}

        @Override
        public void close() {}
    };

    /** It failed. */
    void failed(Exception failure);

    /** After it failed: the queue brings it again. */
    void triedAgain();

    /** It stopped, because nobody wants its run any more. */
    void canceled();

    @Override
    void close();
}

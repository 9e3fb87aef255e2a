package io.transship.core.content;

import java.time.Duration;

/** Waits: between attempts, or for one's turn; injected so that tests need not. */
@FunctionalInterface
public interface Sleeper {

    /** Waits in real time. */
    Sleeper REAL = Thread::sleep;

    /** Waits for so long. */
    void sleep(Duration duration) throws InterruptedException;
}

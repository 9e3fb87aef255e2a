package io.transship.core.registry.http;

import java.time.Duration;

/** Waits between attempts; injected so that tests need not. */
@FunctionalInterface
public interface Sleeper {

    /** Waits in real time. */
    Sleeper REAL = Thread::sleep;

    /** Waits for so long. */
    void sleep(Duration duration) throws InterruptedException;
}

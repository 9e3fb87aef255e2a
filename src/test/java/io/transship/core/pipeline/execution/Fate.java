package io.transship.core.pipeline.execution;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * Ends a worker at one of its calls to the world outside: from then on nothing it calls is done, as if its machine had lost
 * power. Each call has two moments, before it is done and after it, when only its answer is lost. Thread-safe.
 */
final class Fate {

    /** What a dead worker's calls end with; nobody may make anything of it. */
    static final class WorkerDied extends Error {
        private static final long serialVersionUID = 1;
    }

    private long moments;
    private long last = Long.MAX_VALUE;
    private boolean dead;
    private boolean hasDied;
    private Runnable surprise = () -> {};
    private long surpriseAt = Long.MAX_VALUE;

    /** Lets the worker die at the n-th moment from now, counted from 1. */
    synchronized void dieAt(long moment) {
        moments = 0;
        last = moment;
    }

    /** Lets something else happen at the n-th moment from now, counted from 1, while the worker waits. */
    synchronized void surpriseAt(long moment, Runnable action) {
        moments = 0;
        surprise = action;
        surpriseAt = moment;
    }

    /** Whether so many moments have come. */
    synchronized boolean hasSurprised() {
        return moments >= surpriseAt;
    }

    /** Whether the moment came. */
    synchronized boolean hasDied() {
        return hasDied;
    }

    synchronized boolean isDead() {
        return dead;
    }

    /** Another worker takes over, and lives. */
    synchronized void revive() {
        dead = false;
    }

    private synchronized void moment() {
        if (dead || ++moments == last) {
            dead = true;
            hasDied = true;
            throw new WorkerDied();
        }
        if (moments == surpriseAt) {
            surprise.run();
        }
    }

    /** The same, called by a worker of this fate. */
    <T> T guard(Class<T> type, T called) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    moment();
                    try {
                        Object answer = method.invoke(called, arguments);
                        moment();
                        return answer;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}

package io.transship.local.functions;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Counts what must end before the host may: requests and messages in work. Thread-safe. */
final class InFlight {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private int running;

    void begin() {
        change(1);
    }

    void end() {
        change(-1);
    }

    private void change(int by) {
        lock.lock();
        try {
            running += by;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until no more than {@code limit} are in work, or the time is over; tells which. */
    boolean awaitAtMost(int limit, Duration time) throws InterruptedException {
        long left = time.toNanos();
        lock.lock();
        try {
            while (running > limit) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}

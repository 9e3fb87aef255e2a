package io.transship.core.transfer;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Blocking work on many things at once, on virtual threads. The first failure stops the rest and is the one reported. */
public final class Fanout {

    /** Work on one thing. */
    @FunctionalInterface
    public interface Work<T, R> {
        R on(T item) throws IOException;
    }

    private Fanout() {}

    /** Does the work on all items, at most {@code parallel} at once; results are in the order of the items. */
    public static <T, R> List<R> map(Collection<T> items, int parallel, Work<T, R> work) throws IOException {
        return map(items, parallel, item -> 1, work);
    }

    /**
     * Does the work on all items, as many at once as their weights allow; results are in the order of the items.
     *
     * @param capacity what the weights of those under way add up to at most
     * @param weight of an item, at most the capacity
     */
    public static <T, R> List<R> map(Collection<T> items, int capacity, ToIntFunction<T> weight, Work<T, R> work)
            throws IOException {
        Semaphore permits = new Semaphore(capacity);
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        List<Future<R>> futures = new ArrayList<>(items.size());
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (T item : items) {
                int cost = weight.applyAsInt(item);
                acquire(permits, cost, executor);
                if (failure.get() != null) {
                    break;
                }
                futures.add(executor.submit(() -> {
                    try {
                        return work.on(item);
                    } catch (IOException | RuntimeException | Error e) {
                        if (failure.compareAndSet(null, e)) {
                            executor.shutdownNow();
                        }
                        throw e;
                    } finally {
                        permits.release(cost);
                    }
                }));
            }
        } catch (RejectedExecutionException e) {
            // Another item failed while this one was handed over; its failure is reported below.
        }
        rethrow(failure.get());
        List<R> results = new ArrayList<>(futures.size());
        for (Future<R> future : futures) {
            results.add(resultOf(future));
        }
        return results;
    }

    private static void acquire(Semaphore permits, int cost, ExecutorService executor) throws InterruptedIOException {
        try {
            permits.acquire(cost);
        } catch (InterruptedException e) {
            // Closing the executor waits for what runs: it has to hear of the interruption before.
            executor.shutdownNow();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    private static void rethrow(@Nullable Throwable failure) throws IOException {
        switch (failure) {
            case null -> {}
            case IOException io -> throw io;
            case RuntimeException runtime -> throw runtime;
            case Error error -> throw error;
            default -> throw new IOException(failure);
        }
    }

    private static <R> R resultOf(Future<R> future) throws IOException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }
}

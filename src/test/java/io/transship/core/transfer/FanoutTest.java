package io.transship.core.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class FanoutTest {

    private static final List<Integer> HUNDRED = IntStream.range(0, 100).boxed().toList();

    @Test
    void givesResultsInTheOrderOfTheItems() throws IOException {
        assertThat(Fanout.map(HUNDRED, 7, item -> 2 * item))
                .isEqualTo(HUNDRED.stream().map(item -> 2 * item).toList());
        assertThat(Fanout.map(List.<Integer>of(), 7, item -> item)).isEmpty();
    }

    @Test
    void doesNoMoreAtOnceThanAsked() throws IOException {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch three = new CountDownLatch(3);

        Fanout.map(HUNDRED, 3, item -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            three.countDown();
            await(three);
            return now.decrementAndGet();
        });

        assertThat(most).hasValue(3);
    }

    @Test
    void doesNoMoreAtOnceThanTheWeightsAllow() throws IOException {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger mostThings = new AtomicInteger();
        AtomicInteger things = new AtomicInteger();
        CountDownLatch three = new CountDownLatch(3);
        List<Integer> weights = List.of(1, 4, 1, 4, 4, 1, 1, 1, 1, 1, 1, 4);

        Fanout.map(weights, 6, weight -> weight, weight -> {
            most.accumulateAndGet(now.addAndGet(weight), Math::max);
            mostThings.accumulateAndGet(things.incrementAndGet(), Math::max);
            three.countDown();
            await(three);
            things.decrementAndGet();
            return now.addAndGet(-weight);
        });

        assertThat(most.get()).isLessThanOrEqualTo(6);
        assertThat(mostThings.get()).isGreaterThanOrEqualTo(3);
    }

    @Test
    void reportsTheFirstFailureAndStopsTheRest() {
        CountDownLatch waiting = new CountDownLatch(2);
        CountDownLatch never = new CountDownLatch(1);
        AtomicInteger begun = new AtomicInteger();
        AtomicInteger interrupted = new AtomicInteger();
        IOException failure = new IOException("the first");

        assertThatThrownBy(() -> Fanout.map(HUNDRED, 3, item -> {
                    begun.incrementAndGet();
                    if (item == 2) {
                        await(waiting);
                        throw failure;
                    }
                    waiting.countDown();
                    try {
                        await(never);
                    } catch (InterruptedIOException e) {
                        interrupted.incrementAndGet();
                        throw e;
                    }
                    return item;
                }))
                .isSameAs(failure);

        assertThat(interrupted).hasValue(2);
        assertThat(begun).hasValue(3);
    }

    @Test
    void passesOnFaultsOfEveryKindAsTheyAre() {
        for (Throwable fault : List.of(new IllegalStateException("a"), new StackOverflowError("b"))) {
            assertThatThrownBy(() -> Fanout.map(HUNDRED, 4, item -> {
                        switch (fault) {
                            case RuntimeException e -> throw e;
                            case Error e -> throw e;
                            default -> throw new AssertionError(fault);
                        }
                    }))
                    .isSameAs(fault);
        }
    }

    @Test
    void anInterruptionStopsWhatRuns() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(2);
        CountDownLatch never = new CountDownLatch(1);
        AtomicReference<Object> outcome = new AtomicReference<>("nothing");
        Thread caller = Thread.ofVirtual().start(() -> {
            try {
                Fanout.map(HUNDRED, 2, item -> {
                    running.countDown();
                    await(never);
                    return item;
                });
            } catch (IOException e) {
                outcome.set(e.getClass() + " " + Thread.currentThread().isInterrupted());
            }
        });
        running.await();

        caller.interrupt();

        assertThat(caller.join(java.time.Duration.ofSeconds(10))).isTrue();
        assertThat(outcome).hasValue(InterruptedIOException.class + " true");
    }

    private static void await(CountDownLatch latch) throws InterruptedIOException {
        try {
            if (!latch.await(15, TimeUnit.SECONDS)) {
                throw new AssertionError("waited in vain");
            }
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
    }
}

package io.transship.core.registry.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.transship.core.content.Sleeper;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class RetriesTest {

    private static final RetryPolicy POLICY =
            new RetryPolicy(6, Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(60));

    private final List<Duration> waits = new ArrayList<>();
    private final List<IOException> heard = new ArrayList<>();

    @Test
    void doublesTheBoundOfItsWaitsUpToTheLongest() {
        // A generator that always gives the largest number in bounds.
        RandomGenerator largest = new RandomGenerator() {
            @Override
            public long nextLong() {
                return -1;
            }

            @Override
            public long nextLong(long bound) {
                return bound - 1;
            }
        };
        IOException failure = new IOException("busy");

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> retries(largest, waits::add).run(number -> {
                    throw new TransientException(failure, null);
                }))
                .satisfies(e -> assertThat(e).isSameAs(failure));
        assertThat(waits).extracting(Duration::toSeconds).containsExactly(1L, 2L, 4L, 5L, 5L);
        // The last failure is no retry.
        assertThat(heard).hasSize(5).containsOnly(failure);
    }

    @Test
    void prefersWhatThePeerAsksFor() throws IOException {
        String result = retries(RandomGenerator.getDefault(), waits::add).run(number -> {
            if (number == 1) {
                throw new TransientException(new IOException("busy"), Duration.ofSeconds(60));
            }
            return "done";
        });

        assertThat(result).isEqualTo("done");
        assertThat(waits).containsExactly(Duration.ofSeconds(60));
    }

    @Test
    void stopsWhenItIsInterrupted() {
        Retries retries = retries(RandomGenerator.getDefault(), duration -> {
            throw new InterruptedException();
        });

        assertThatExceptionOfType(InterruptedIOException.class)
                .isThrownBy(() -> retries.run(number -> {
                    throw new TransientException(new IOException("busy"), null);
                }));
        assertThat(Thread.interrupted()).isTrue();
    }

    private Retries retries(RandomGenerator random, Sleeper sleeper) {
        return new Retries(POLICY, sleeper, random, Clock.systemUTC(), heard::add);
    }
}

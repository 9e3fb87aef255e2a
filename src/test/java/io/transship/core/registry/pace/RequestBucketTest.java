package io.transship.core.registry.pace;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.transship.core.registry.pace.RequestBucket.Pass;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestBucketTest {

    private static final double LIMIT = 10;
    private static final int BURST = 600;

    private final SharedTime time = new SharedTime();
    private final RequestBucket bucket = new RequestBucket(LIMIT, time, time);

    @Test
    void lets_a_minutes_worth_through_at_once_and_then_one_after_the_other() throws InterruptedException {
        for (int i = 0; i < BURST; i++) {
            assertThat(bucket.take().hasWaited()).isFalse();
        }
        assertThat(time.slept()).isZero();

        for (int i = 0; i < 50; i++) {
            assertThat(bucket.take().hasWaited()).isTrue();
        }

        assertThat(time.slept()).isCloseTo(Duration.ofSeconds(5), Duration.ofMillis(1));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void never_lets_more_through_in_any_window_than_the_burst_and_what_flows_in_meanwhile(long seed)
            throws InterruptedException {
        Random random = new Random(seed);
        List<Instant> sent = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            if (random.nextInt(20) == 0) {
                time.pass(Duration.ofMillis(random.nextInt(5_000)));
            }
            Pass pass = bucket.take();
            sent.add(time.instant());
            if (random.nextInt(300) == 0) {
                bucket.refused(pass, random.nextBoolean() ? Duration.ofSeconds(random.nextInt(20)) : null);
            }
        }

        for (int first = 0; first < sent.size(); first += 7) {
            for (int last = first; last < sent.size(); last++) {
                double seconds =
                        Duration.between(sent.get(first), sent.get(last)).toNanos() / 1e9;
                assertThat((double) (last - first + 1)).isLessThanOrEqualTo(BURST + LIMIT * seconds + 1e-6);
            }
        }
    }

    @Test
    void without_a_limit_lets_everything_through() throws InterruptedException {
        RequestBucket open = new RequestBucket(RequestBucket.UNLIMITED, time, time);
        for (int i = 0; i < 100_000; i++) {
            open.take();
        }

        assertThat(time.slept()).isZero();
    }

    @Test
    void halves_what_was_sent_after_a_refusal_and_keeps_nothing_for_a_burst() throws InterruptedException {
        RequestBucket busy = refusedAt(100, Duration.ofSeconds(30));

        assertThat(busy.rate()).isCloseTo(50, within(5.0));
        Duration before = time.slept();
        busy.take();
        assertThat(time.slept().minus(before)).isCloseTo(Duration.ofMillis(20), Duration.ofMillis(3));
    }

    @Test
    void counts_all_that_was_under_way_together_as_one_refusal() throws InterruptedException {
        List<Pass> together = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            together.add(bucket.take());
        }

        assertThat(together).filteredOn(pass -> bucket.refused(pass, null)).hasSize(1);
        assertThat(bucket.rate()).isEqualTo(5);

        Pass later = bucket.take();
        assertThat(bucket.refused(later, null)).isTrue();
        assertThat(bucket.rate()).isLessThan(3);
        assertThat(together).noneMatch(pass -> bucket.refused(pass, null));
    }

    @Test
    void grows_back_to_its_limit_slowly_and_never_above() throws InterruptedException {
        bucket.refused(bucket.take(), null);
        double before = bucket.rate();
        assertThat(before).isEqualTo(5);

        for (int second = 0; second < 300; second++) {
            time.pass(Duration.ofSeconds(1));
            double now = bucket.rate();
            assertThat(now).isBetween(before, Math.min(LIMIT, before + 0.2));
            before = now;
        }

        assertThat(before).isEqualTo(LIMIT);
    }

    @Test
    void never_falls_so_low_that_a_handful_of_requests_would_wait_for_minutes() throws InterruptedException {
        for (int i = 0; i < 20; i++) {
            bucket.refused(bucket.take(), null);
        }

        assertThat(bucket.rate()).isGreaterThanOrEqualTo(RequestBucket.SLOWEST);
    }

    @Test
    void keeps_to_a_limit_that_is_below_that() throws InterruptedException {
        RequestBucket slow = new RequestBucket(0.5, time, time);
        slow.refused(slow.take(), null);

        assertThat(slow.rate()).isEqualTo(0.5);
    }

    @Test
    void is_open_again_some_time_after_a_refusal_where_no_limit_is_known() throws InterruptedException {
        RequestBucket busy = refusedAt(100, Duration.ofSeconds(30));
        assertThat(busy.rate()).isLessThan(RequestBucket.UNLIMITED);

        time.pass(Duration.ofMinutes(2));

        assertThat(busy.rate()).isEqualTo(RequestBucket.UNLIMITED);
    }

    @Test
    void sends_nothing_until_the_time_that_the_registry_asks_for() throws InterruptedException {
        Instant refusedAt = time.instant();
        bucket.refused(bucket.take(), Duration.ofSeconds(20));

        bucket.take();

        assertThat(Duration.between(refusedAt, time.instant()))
                .isCloseTo(Duration.ofSeconds(20), Duration.ofMillis(300));
    }

    @Test
    void waits_a_minute_at_most_for_a_registry_that_asks_for_an_hour() throws InterruptedException {
        Instant refusedAt = time.instant();
        bucket.refused(bucket.take(), Duration.ofHours(1));

        bucket.take();

        assertThat(Duration.between(refusedAt, time.instant()))
                .isCloseTo(Duration.ofMinutes(1), Duration.ofMillis(300));
    }

    @Test
    void takes_no_notice_of_a_clock_that_is_set_back() throws InterruptedException {
        Instant[] now = {Instant.parse("2026-01-01T00:10:00Z")};
        List<Duration> waits = new ArrayList<>();
        RequestBucket moved = new RequestBucket(LIMIT, clock(() -> now[0]), wait -> {
            waits.add(wait);
            now[0] = now[0].plus(wait);
        });
        for (int i = 0; i < BURST; i++) {
            moved.take();
        }
        now[0] = Instant.parse("2026-01-01T00:00:00Z");

        moved.take();

        assertThat(waits).singleElement().satisfies(wait -> assertThat(wait).isLessThan(Duration.ofMillis(101)));
    }

    @Test
    void lets_those_go_first_who_came_first() throws Exception {
        CountDownLatch opened = new CountDownLatch(1);
        List<String> turns = new CopyOnWriteArrayList<>();
        RequestBucket queue = new RequestBucket(1 / 60.0, time, wait -> {
            // Only the one whose turn it is sleeps.
            turns.add(Thread.currentThread().getName());
            opened.await();
            time.pass(wait);
        });
        queue.take();
        List<Thread> threads = new ArrayList<>();
        for (String name : List.of("a", "b", "c", "d", "e", "f")) {
            Thread thread = Thread.ofVirtual().name(name).unstarted(() -> {
                try {
                    queue.take();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            threads.add(thread);
            thread.start();
            await().atMost(10, SECONDS).until(() -> thread.getState() == Thread.State.WAITING);
        }

        opened.countDown();
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(turns.stream().distinct()).containsExactly("a", "b", "c", "d", "e", "f");
    }

    @Test
    void whoever_is_interrupted_while_waiting_gives_up_and_costs_the_others_nothing() throws Exception {
        for (int i = 0; i < BURST; i++) {
            bucket.take();
        }
        Thread.currentThread().interrupt();
        assertThatThrownBy(bucket::take).isInstanceOf(InterruptedException.class);

        bucket.take();

        assertThat(time.slept()).isCloseTo(Duration.ofMillis(100), Duration.ofMillis(1));
    }

    private static Clock clock(InstantSource source) {
        return new Clock() {
            @Override
            public Instant instant() {
                return source.instant();
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };
    }

    /** A bucket without a limit through which so many requests a second went for a time, of which the last was refused. */
    private RequestBucket refusedAt(int perSecond, Duration duration) throws InterruptedException {
        RequestBucket busy = new RequestBucket(RequestBucket.UNLIMITED, time, time);
        Pass last = busy.take();
        for (long i = 0; i < perSecond * duration.toSeconds(); i++) {
            time.pass(Duration.ofNanos(1_000_000_000L / perSecond));
            last = busy.take();
        }
        busy.refused(last, null);
        return busy;
    }
}

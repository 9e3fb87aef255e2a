package io.transship.core.registry.pace;

import io.transship.core.content.Sleeper;
import io.transship.core.http.ConnectionException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The pace at which this process asks one registry, shared by all that ask it. Thread-safe. */
final class RegistryPace {

    private static final System.Logger LOG = System.getLogger(RegistryPace.class.getName());
    private static final Duration BETWEEN_LINES = Duration.ofMinutes(1);

    /** As long as for a free connection. */
    private static final long LONGEST_QUEUE_MINUTES = 15;

    private final String registry;
    private final RequestLimits limits;
    private final Clock clock;
    private final Map<RequestClass, Lane> lanes = new EnumMap<>(RequestClass.class);
    private final Semaphore places;

    /**
     * Starts at the full limits.
     *
     * @param registry its name, for messages
     */
    RegistryPace(String registry, RequestLimits limits, Clock clock, Sleeper sleeper) {
        this.registry = registry;
        this.limits = limits;
        this.clock = clock;
        this.places = new Semaphore(limits.concurrency(), true);
        for (RequestClass kind : RequestClass.values()) {
            Integer perMinute = limits.perMinute().get(kind);
            double perSecond = perMinute == null ? RequestBucket.UNLIMITED : perMinute / 60.0;
            lanes.put(kind, new Lane(kind, new RequestBucket(perSecond, clock, sleeper)));
        }
    }

    /** A request that may be sent. Closed when the registry answered, or will not. */
    final class Turn implements AutoCloseable {

        private final RequestClass kind;
        private final RequestBucket.Pass pass;

        private Turn(RequestClass kind, RequestBucket.Pass pass) {
            this.kind = kind;
            this.pass = pass;
        }

        /**
         * The registry refused it as one too many.
         *
         * @param retryAfter how long it asks to wait, if it does
         */
        void refused(@Nullable Duration retryAfter) {
            Lane lane = lane(kind);
            lane.bucket.refused(pass, retryAfter);
            lane.say(System.Logger.Level.WARNING, "answers 429");
        }

        @Override
        public void close() {
            if (takesPlace(kind)) {
                places.release();
            }
        }
    }

    /**
     * Waits until a request may be sent. The caller holds no connection meanwhile.
     *
     * @throws InterruptedIOException if the thread is interrupted
     */
    Turn await(RequestClass kind) throws IOException {
        try {
            RequestBucket.Pass pass = lane(kind).pass();
            if (kind == RequestClass.REFERRERS) {
                lane(RequestClass.READ).pass();
            }
            if (takesPlace(kind)) {
                takePlace();
            }
            return new Turn(kind, pass);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting to ask registry " + registry);
        }
    }

    private void takePlace() throws IOException, InterruptedException {
        if (!places.tryAcquire(LONGEST_QUEUE_MINUTES, TimeUnit.MINUTES)) {
            throw new ConnectionException(
                    "none of the %d requests that registry %s may be asked at once came to an end within %d minutes"
                            .formatted(limits.concurrency(), registry, LONGEST_QUEUE_MINUTES),
                    new TimeoutException());
        }
    }

    /** Others wait for a token in the middle of their own request: it must not have to wait for one of them. */
    private static boolean takesPlace(RequestClass kind) {
        return kind != RequestClass.TOKENS;
    }

    private Lane lane(RequestClass kind) {
        return Objects.requireNonNull(lanes.get(kind));
    }

    /** One class of requests, and what is said of it. */
    private final class Lane {

        private final RequestClass kind;
        private final RequestBucket bucket;
        private final AtomicInteger heldBack = new AtomicInteger();
        private final AtomicReference<Instant> nextLine = new AtomicReference<>(Instant.MIN);

        private Lane(RequestClass kind, RequestBucket bucket) {
            this.kind = kind;
            this.bucket = bucket;
        }

        private RequestBucket.Pass pass() throws InterruptedException {
            RequestBucket.Pass pass = bucket.take();
            if (pass.hasWaited()) {
                heldBack.incrementAndGet();
                say(System.Logger.Level.INFO, "is asked as often as it lets itself be asked");
            }
            return pass;
        }

        /** Once a minute at most. */
        private void say(System.Logger.Level level, String what) {
            Instant now = clock.instant();
            Instant due = nextLine.get();
            if (!now.isBefore(due) && nextLine.compareAndSet(due, now.plus(BETWEEN_LINES))) {
                LOG.log(
                        level,
                        "registry %s %s: requests of class '%s' are held to %.1f a second for now; %,d waited since this was last said"
                                .formatted(registry, what, kind.label(), bucket.rate(), heldBack.getAndSet(0)));
            }
        }
    }
}

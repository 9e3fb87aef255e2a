package io.transship.local.functions;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.transship.local.functions.app.AppFunction;
import io.transship.local.functions.app.Inputs;
import io.transship.local.functions.app.Invoker;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs one function at the times of its schedule, never twice at once: a tick that falls into a run is skipped. Closing
 * it stops the ticking; what runs goes on, and is counted in the host's {@link InFlight}.
 *
 * @see <a href="https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer">Timer trigger</a>
 */
final class TimerListener implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();

    private final AppFunction function;
    private final CronSchedule schedule;
    private final Invoker invoker;
    private final InFlight host;
    private final Clock clock;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private @Nullable Instant last;

    TimerListener(AppFunction function, CronSchedule schedule, Invoker invoker, InFlight host, Clock clock) {
        this.function = function;
        this.schedule = schedule;
        this.invoker = invoker;
        this.host = host;
        this.clock = clock;
    }

    void start() {
        Thread.ofVirtual().name("timer-" + function.name()).start(this::tick);
    }

    AppFunction function() {
        return function;
    }

    /** Runs the function once more, now, as an operator may ask; does not wait for it. */
    void runNow() {
        Thread.ofVirtual().name("admin-" + function.name()).start(() -> run(clock.instant()));
    }

    private void tick() {
        try {
            Optional<Instant> due = schedule.next(clock.instant());
            while (due.isPresent()) {
                Duration wait = Duration.between(clock.instant(), due.get());
                if (stopped.await(wait.toMillis() + 1, TimeUnit.MILLISECONDS)) {
                    return;
                }
                run(due.get());
                Instant now = clock.instant();
                due = schedule.next(now.isAfter(due.get()) ? now : due.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void run(Instant due) {
        host.begin();
        try {
            invoker.invoke(function, Inputs.text(payload(due), Map.of()));
            last = due;
        } finally {
            host.end();
        }
    }

    private String payload(Instant due) {
        Instant previous = last == null ? Instant.EPOCH : last;
        ObjectNode payload = JSON.createObjectNode();
        payload.putObject("Schedule").put("AdjustForDST", true);
        payload.putObject("ScheduleStatus")
                .put("Last", previous.toString())
                .put("LastUpdated", previous.toString())
                .put("Next", schedule.next(due).orElse(due).toString());
        payload.put("IsPastDue", false);
        return payload.toString();
    }

    @Override
    public void close() {
        stopped.countDown();
    }
}

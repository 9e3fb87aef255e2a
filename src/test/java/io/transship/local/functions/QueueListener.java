package io.transship.local.functions;

import io.transship.local.functions.MessageQueue.Message;
import io.transship.local.functions.app.AppFunction;
import io.transship.local.functions.app.HostLog;
import io.transship.local.functions.app.Inputs;
import io.transship.local.functions.app.Invoker;
import io.transship.local.functions.app.Invoker.Outcome;
import io.transship.local.functions.app.QueueOptions;
import io.transship.local.functions.app.QueueOptions.Encoding;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Polls one queue and runs its function for each message: hidden while it runs, deleted after success, shown again after
 * a failure, and moved to the poison queue after the last one. Thread-safe. Closing it stops the polling; what runs goes
 * on, and is counted in the host's {@link InFlight}.
 *
 * @see <a href="https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue-trigger#poison-messages">
 *     Poison messages</a>
 */
final class QueueListener implements AutoCloseable {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

    private final AppFunction function;
    private final MessageQueue queue;
    private final Optional<MessageQueue> poison;
    private final QueueOptions options;
    private final Invoker invoker;
    private final InFlight host;
    private final HostLog log;
    private final InFlight running = new InFlight();
    private final CountDownLatch stopped = new CountDownLatch(1);

    /** Without a poison queue (the queue is one itself) a message that fails stays hidden for the rest of its window. */
    QueueListener(
            AppFunction function,
            MessageQueue queue,
            Optional<MessageQueue> poison,
            QueueOptions options,
            Invoker invoker,
            InFlight host,
            HostLog log) {
        this.function = function;
        this.queue = queue;
        this.poison = poison;
        this.options = options;
        this.invoker = invoker;
        this.host = host;
        this.log = log;
    }

    void start() {
        Thread.ofVirtual().name("queue-" + function.name()).start(this::poll);
    }

    private void poll() {
        Duration pause = FIRST_PAUSE;
        try {
            while (stopped.getCount() > 0) {
                if (!running.awaitAtMost(options.newBatchThreshold(), FIRST_PAUSE)) {
                    continue;
                }
                if (startBatch()) {
                    pause = FIRST_PAUSE;
                    continue;
                }
                if (stopped.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
                pause = pause.multipliedBy(2);
                if (pause.compareTo(options.maxPollingInterval()) > 0) {
                    pause = options.maxPollingInterval();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Fetches one batch and starts an invocation for each message; false if there was none. */
    boolean startBatch() {
        List<Message> batch;
        try {
            batch = queue.receive(options.batchSize(), options.hiddenWhileRunning());
        } catch (RuntimeException e) {
            log.host("queue of function '%s' cannot be read: %s".formatted(function.name(), e.getMessage()));
            return false;
        }
        for (Message message : batch) {
            host.begin();
            running.begin();
            Thread.ofVirtual().name("message-" + message.id()).start(() -> process(message));
        }
        return !batch.isEmpty();
    }

    private void process(Message message) {
        try (Lease lease = new Lease(message)) {
            boolean succeeded = run(message);
            Message current = lease.end();
            if (succeeded) {
                queue.delete(current);
                return;
            }
            failed(current);
        } catch (RuntimeException e) {
            log.host("message '%s' of function '%s' cannot be settled".formatted(message.id(), function.name()), e);
        } finally {
            running.end();
            host.end();
        }
    }

    private boolean run(Message message) {
        if (poison.isPresent() && message.dequeueCount() > options.maxDequeueCount()) {
            return false; // The process that had the last attempt died: no further one.
        }
        Optional<String> text = decoded(message.text());
        if (text.isEmpty()) {
            log.host("message '%s' of function '%s' is not base64 text, which host.json's messageEncoding asks for"
                    .formatted(message.id(), function.name()));
            return false;
        }
        Inputs inputs = Inputs.text(text.get(), Inputs.overwrite(message.metadata(text.get()), text.get()));
        return invoker.invoke(function, inputs) instanceof Outcome.Succeeded;
    }

    private void failed(Message message) {
        if (poison.isEmpty()) {
            return; // As Azure does, so that a failing poison handler does not spin.
        }
        if (message.dequeueCount() >= options.maxDequeueCount()
                || decoded(message.text()).isEmpty()) {
            log.host("message '%s' of function '%s' goes to the poison queue after attempt %d of %d"
                    .formatted(message.id(), function.name(), message.dequeueCount(), options.maxDequeueCount()));
            poison.get().send(message.text());
            queue.delete(message);
            return;
        }
        queue.hide(message, options.retryDelay());
    }

    private Optional<String> decoded(String text) {
        if (options.encoding() == Encoding.NONE) {
            return Optional.of(text);
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(text));
            return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
        } catch (IllegalArgumentException | CharacterCodingException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        stopped.countDown();
    }

    /** Keeps a message hidden while its function runs. */
    private final class Lease implements AutoCloseable {

        private final CountDownLatch ended = new CountDownLatch(1);
        private final Thread renewing;
        private volatile Message current;

        Lease(Message message) {
            this.current = message;
            this.renewing = Thread.ofVirtual().name("lease-" + message.id()).start(this::renew);
        }

        private void renew() {
            long half = options.hiddenWhileRunning().dividedBy(2).toMillis();
            try {
                while (!ended.await(half, TimeUnit.MILLISECONDS)) {
                    current = queue.hide(current, options.hiddenWhileRunning());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                log.host("message '%s' of function '%s' can no longer be kept hidden: %s"
                        .formatted(current.id(), function.name(), e.getMessage()));
            }
        }

        /** Ends the renewals, waits for one under way, and gives the message with its last receipt. */
        Message end() {
            ended.countDown();
            boolean interrupted = false;
            while (renewing.isAlive()) {
                try {
                    renewing.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            return current;
        }

        @Override
        public void close() {
            ended.countDown();
        }
    }
}

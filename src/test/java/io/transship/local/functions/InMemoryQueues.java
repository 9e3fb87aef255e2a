package io.transship.local.functions;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Queues that record what was done to them. A hidden message comes back only by {@link Queue#hide} with no delay, so no
 * test depends on the time.
 */
final class InMemoryQueues implements MessageQueue.Service {

    private final Map<String, Queue> queues = new ConcurrentHashMap<>();

    @Override
    public Queue open(String connectionString, String name) {
        return queues.computeIfAbsent(name, ignored -> new Queue());
    }

    Queue named(String name) {
        return open("", name);
    }

    static final class Queue implements MessageQueue {

        /** What happened, in order: {@code hide PT30S}, {@code delete}. */
        final BlockingQueue<String> operations = new LinkedBlockingQueue<>();

        final BlockingQueue<String> sent = new LinkedBlockingQueue<>();
        private final List<Message> visible = new ArrayList<>();
        private final Map<String, Message> hidden = new ConcurrentHashMap<>();
        private final AtomicInteger numbers = new AtomicInteger();
        private int mostAtOnce;

        void put(String plain) {
            send(Base64.getEncoder().encodeToString(plain.getBytes(StandardCharsets.UTF_8)));
        }

        /** All of them become visible in one step, so one poll can see them all. */
        synchronized void putAll(String... plain) {
            for (String text : plain) {
                put(text);
            }
        }

        @Override
        public synchronized void send(String text) {
            sent.add(text);
            String id = "id-" + numbers.incrementAndGet();
            visible.add(new Message(id, "receipt-0", 0, Instant.EPOCH, Instant.EPOCH, Instant.EPOCH, text));
        }

        @Override
        public synchronized List<Message> receive(int max, Duration window) {
            List<Message> taken = new ArrayList<>();
            while (taken.size() < max && !visible.isEmpty()) {
                Message message = visible.removeFirst();
                Message next = renewed(message, message.dequeueCount() + 1);
                hidden.put(next.id(), next);
                taken.add(next);
            }
            mostAtOnce = Math.max(mostAtOnce, hidden.size());
            return taken;
        }

        @Override
        public synchronized Message hide(Message message, Duration window) {
            Message next = renewed(owned(message), message.dequeueCount());
            hidden.put(next.id(), next);
            if (window.isZero()) {
                hidden.remove(next.id());
                visible.add(next);
            }
            operations.add("hide " + window);
            return next;
        }

        @Override
        public synchronized void delete(Message message) {
            hidden.remove(owned(message).id());
            operations.add("delete");
        }

        synchronized int mostAtOnce() {
            return mostAtOnce;
        }

        synchronized int size() {
            return visible.size() + hidden.size();
        }

        String nextOperation() throws InterruptedException {
            return String.valueOf(operations.poll(20, TimeUnit.SECONDS));
        }

        String nextSent() throws InterruptedException {
            String text = sent.poll(20, TimeUnit.SECONDS);
            return text == null ? "nothing" : new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
        }

        private Message owned(Message message) {
            Message current = hidden.get(message.id());
            if (current == null || !current.receipt().equals(message.receipt())) {
                throw new IllegalStateException("message '%s' has another receipt by now".formatted(message.id()));
            }
            return current;
        }

        private Message renewed(Message message, long count) {
            return new Message(
                    message.id(),
                    "receipt-" + numbers.incrementAndGet(),
                    count,
                    message.inserted(),
                    message.expires(),
                    message.nextVisible(),
                    message.text());
        }
    }
}

package io.transship.core.pipeline.execution;

import io.transship.core.pipeline.run.Step;
import io.transship.core.pipeline.run.StepQueue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * A queue as bad as it may be: hands out steps in random order, some of them twice and some of them again long after they
 * were done. The same seed does the same. Thread-safe.
 */
final class ShuffledSteps implements StepQueue {

    /** As a Storage queue's trigger has it. */
    private static final int MAX_ATTEMPTS = 5;

    private static final int MAX_STEPS = 20_000;

    private static final class Message {
        private final String json;
        private int attempts;

        Message(String json, int attempts) {
            this.json = json;
            this.attempts = attempts;
        }

        boolean isPoisoned() {
            return attempts >= MAX_ATTEMPTS;
        }

        @Override
        public String toString() {
            return json;
        }
    }

    private final Random random;
    private final double repeated;
    private final List<Message> messages = new ArrayList<>();
    private final Map<String, Integer> enqueued = new HashMap<>();
    private int working;
    private boolean stepByStep;

    /**
     * An empty queue.
     *
     * @param repeated the part of steps that come more than once
     */
    ShuffledSteps(int seed, double repeated) {
        this.random = new Random(seed);
        this.repeated = repeated;
    }

    @Override
    public synchronized void enqueue(Step step) {
        String json = step.toJson();
        messages.add(new Message(json, 0));
        enqueued.merge(json, 1, Integer::sum);
        if (random.nextDouble() < repeated) {
            messages.add(new Message(json, 0));
        }
        notifyAll();
    }

    /** Takes a message, or none when nothing is left and nobody works who may enqueue more. */
    private synchronized Optional<Message> take() throws InterruptedException {
        while (messages.isEmpty() && working > 0) {
            wait();
        }
        if (messages.isEmpty()) {
            return Optional.empty();
        }
        working++;
        Message message = messages.remove(random.nextInt(messages.size()));
        message.attempts++;
        if (!message.isPoisoned() && random.nextDouble() < repeated / 2) {
            // It will come again, whatever becomes of it now.
            messages.add(new Message(message.json, message.attempts));
        }
        return Optional.of(message);
    }

    private synchronized void putBack(Message message) {
        messages.add(message);
    }

    /** Where steps come more than once, what follows may be done at once as well. */
    private synchronized boolean goesOn() {
        return !stepByStep && random.nextDouble() < repeated;
    }

    /** From now on whatever follows is enqueued. */
    synchronized void goStepByStep() {
        stepByStep = true;
    }

    private synchronized void done() {
        working--;
        notifyAll();
    }

    /** Messages that wait. */
    synchronized int size() {
        return messages.size();
    }

    /** How often this step was enqueued, by whoever did. */
    synchronized int count(Step step) {
        return enqueued.getOrDefault(step.toJson(), 0);
    }

    /**
     * Works until nothing is left, as a host does: a step that fails comes again and is given up in the end. A worker that
     * dies is followed by another one, to whom its step comes again.
     */
    void drain(PipelineRunner runner, Fate fate) throws IOException, InterruptedException {
        for (int i = 0; i < MAX_STEPS; i++) {
            if (!work(runner, fate)) {
                return;
            }
        }
        throw new AssertionError("the steps go round in circles: " + messages);
    }

    /** Does one step; false if there is nothing left. */
    boolean work(PipelineRunner runner, Fate fate) throws IOException, InterruptedException {
        Optional<Message> taken = take();
        if (taken.isEmpty()) {
            return false;
        }
        Message message = taken.get();
        Step step = Step.parse(message.json);
        try {
            if (goesOn()) {
                runner.executeOn(step);
            } else {
                runner.execute(step);
            }
        } catch (IOException e) {
            if (message.isPoisoned() && !fate.isDead()) {
                runner.giveUp(step);
            } else {
                putBack(message);
            }
        } catch (Fate.WorkerDied e) {
            putBack(message);
        } finally {
            fate.revive();
            done();
        }
        return true;
    }
}

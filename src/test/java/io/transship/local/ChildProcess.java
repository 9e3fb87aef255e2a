package io.transship.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A process that never outlives this JVM: what it prints goes to a file, and it is killed when the JVM ends. Safe for
 * use by several threads.
 */
public final class ChildProcess {

    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final Duration PROBE_PAUSE = Duration.ofMillis(50);
    private static final int TAIL_BYTES = 4000;

    private final String name;
    private final Process process;
    private final Path log;
    private final Thread killer;

    private ChildProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
        this.killer = new Thread(process::destroyForcibly);
    }

    /** Starts a process with exactly this environment; its output is appended to the log. */
    public static ChildProcess start(String name, List<String> command, Map<String, String> environment, Path log)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().clear();
        builder.environment().putAll(environment);
        ChildProcess child = new ChildProcess(name, builder.start(), log);
        Runtime.getRuntime().addShutdownHook(child.killer);
        return child;
    }

    /**
     * Waits until the probe says true. Stops the process if that does not happen in time.
     *
     * @throws IOException if the process ends or the time is over; the message has the end of the log
     */
    public void awaitReady(Duration limit, Supplier<Boolean> probe) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            while (!probe.get()) {
                if (process.waitFor(PROBE_PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new IOException("%s ended with code %d, the end of '%s': %s"
                            .formatted(name, process.exitValue(), log, tail()));
                }
                if (System.nanoTime() > deadline) {
                    throw new IOException("%s is not ready after %d s, the end of '%s': %s"
                            .formatted(name, limit.toSeconds(), log, tail()));
                }
            }
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while %s started".formatted(name), e);
        } catch (IOException | RuntimeException e) {
            kill();
            throw e;
        }
    }

    /** Waits until the process ends by itself; kills it and throws when that does not happen in time. */
    void awaitEnd(Duration limit) throws IOException {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("%s did not end within %d s".formatted(name, limit.toSeconds()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while %s ran".formatted(name), e);
        } finally {
            kill();
        }
    }

    /** Waits until the process ends by itself, and throws with the end of its log if that was not well. */
    void awaitSuccess(Duration limit) throws IOException {
        awaitEnd(limit);
        if (process.exitValue() != 0) {
            throw new IOException(
                    "%s ended with code %d, the end of '%s': %s".formatted(name, process.exitValue(), log, tail()));
        }
    }

    /** Number of the process. */
    public long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Asks the process to end, kills it when it does not, and waits until it is gone. */
    public void stop() {
        process.destroy();
        try {
            if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        kill();
    }

    /** Ends the process at once (SIGKILL) and waits until it is gone. */
    void kill() {
        process.destroyForcibly().onExit().join();
        try {
            Runtime.getRuntime().removeShutdownHook(killer);
        } catch (IllegalStateException e) {
            // The JVM is ending, and the hook does the same as this method.
        }
    }

    /** Everything that was logged since a position. */
    public static String logged(Path log, long from) {
        try {
            byte[] all = Files.exists(log) ? Files.readAllBytes(log) : new byte[0];
            int start = Math.toIntExact(Math.min(from, all.length));
            return new String(all, start, all.length - start, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read '%s'".formatted(log), e);
        }
    }

    private String tail() throws IOException {
        return logged(log, Math.max(0, Files.size(log) - TAIL_BYTES)).strip();
    }
}

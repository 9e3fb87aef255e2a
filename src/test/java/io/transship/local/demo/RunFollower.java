package io.transship.local.demo;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** Watches runs to their end and shows their progress. For one thread. */
public final class RunFollower {

    private static final Duration PAUSE = Duration.ofMillis(200);

    private final TransshipClient client;
    private final Screen screen;
    private final Duration limit;

    /**
     * Watches through this client.
     *
     * @param limit for one run to appear or to end
     */
    public RunFollower(TransshipClient client, Screen screen, Duration limit) {
        this.client = client;
        this.screen = screen;
        this.limit = limit;
    }

    /**
     * Follows a run until it is finished, well or not.
     *
     * @throws IOException if it takes longer than the limit, or the app does not answer
     */
    public Run follow(String label, URI address) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            Run run = client.run(address);
            screen.progress(label, run);
            if (run.isFinished()) {
                return run;
            }
            pause(deadline, "run '%s' is not finished".formatted(run.name()));
        }
    }

    /** Waits until a registry has a run for an archive, and returns its address. */
    public URI awaitRun(String registryPath, String blobName) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            Optional<Run> found = client.runs(registryPath).stream()
                    .filter(run -> run.blobName().equals(blobName))
                    .findFirst();
            if (found.isPresent()) {
                return client.runAddress(registryPath, found.get().name());
            }
            pause(deadline, "no run for archive '%s' has appeared".formatted(blobName));
        }
    }

    private void pause(long deadline, String problem) throws IOException {
        if (System.nanoTime() > deadline) {
            throw new IOException("%s after %d s; look at the log of the host".formatted(problem, limit.toSeconds()));
        }
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a run was followed", e);
        }
    }
}

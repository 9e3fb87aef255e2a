package io.transship.local;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The function hosts of a local cloud: processes that know nothing of each other and share everything around them, as the
 * instances of a function app do. Several of them have one address, which leads to any that lives. Safe for use by several
 * threads; a host itself is not.
 */
final class CloudHosts implements AutoCloseable {

    private final List<HostProcess> hosts;
    private final List<NetworkLine> front;

    private CloudHosts(List<HostProcess> hosts, List<NetworkLine> front) {
        this.hosts = List.copyOf(hosts);
        this.front = List.copyOf(front);
    }

    /**
     * Starts hosts at once, each with a log of its own in a directory, and waits until all run.
     *
     * @throws IOException if one does not; none is left running
     */
    static CloudHosts start(int count, Path staging, Path directory, Map<String, String> settings) throws IOException {
        List<Future<HostProcess>> starting = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int number = 1; number <= count; number++) {
                Path log = directory.resolve(number == 1 ? "host.log" : "host-%d.log".formatted(number));
                HostProcess.Options options = HostProcess.Options.of(staging, log, settings);
                starting.add(threads.submit(() -> HostProcess.start(options)));
            }
        }
        List<HostProcess> started = starting.stream()
                .filter(host -> host.state() == Future.State.SUCCESS)
                .map(Future::resultNow)
                .toList();
        try {
            for (Future<HostProcess> host : starting) {
                host.get();
            }
            List<URI> addresses = started.stream().map(HostProcess::uri).toList();
            return new CloudHosts(started, count == 1 ? List.of() : List.of(NetworkLine.toAnyOf(addresses)));
        } catch (ExecutionException | InterruptedException | IOException e) {
            started.forEach(HostProcess::close);
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw e.getCause() instanceof IOException io ? io : new IOException("a function host did not start", e);
        }
    }

    List<HostProcess> all() {
        return hosts;
    }

    /** Without a slash at its end. */
    URI address() {
        return front.isEmpty() ? hosts.getFirst().uri() : front.getFirst().uri();
    }

    @Override
    public void close() throws IOException {
        for (NetworkLine line : front) {
            line.close();
        }
        hosts.parallelStream().forEach(HostProcess::close);
    }
}

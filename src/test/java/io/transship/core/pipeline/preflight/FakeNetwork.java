package io.transship.core.pipeline.preflight;

import io.transship.core.pipeline.preflight.network.Network;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A network where every host is there, but for what a test says. Thread-safe. */
final class FakeNetwork implements Network {

    final Set<String> unknown = ConcurrentHashMap.newKeySet();
    final Map<String, IOException> unreachable = new ConcurrentHashMap<>();
    final Map<String, IOException> unproven = new ConcurrentHashMap<>();
    final Map<String, String> proxies = new ConcurrentHashMap<>();
    final Set<String> asked = ConcurrentHashMap.newKeySet();

    @Override
    public Optional<String> proxy(String scheme, String host, int port) {
        return Optional.ofNullable(proxies.get(scheme + "://" + host + ":" + port));
    }

    @Override
    public List<InetAddress> resolve(String host) throws UnknownHostException {
        asked.add(host);
        if (unknown.contains(host)) {
            throw new UnknownHostException(host);
        }
        return List.of(InetAddress.getByAddress(host, new byte[] {10, 0, 0, 4}));
    }

    @Override
    public void connect(InetAddress address, int port, Duration timeout) throws IOException {
        failAsTold(unreachable, address.getHostName());
    }

    @Override
    public void handshake(String host, InetAddress address, int port, Duration timeout) throws IOException {
        failAsTold(unproven, host);
    }

    private static void failAsTold(Map<String, IOException> failures, String host) throws IOException {
        IOException failure = failures.get(host);
        if (failure != null) {
            throw failure;
        }
    }
}

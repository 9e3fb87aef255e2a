package io.transship.core.registry.pace;

import io.transship.core.content.Bandwidth;
import io.transship.core.content.Sleeper;
import io.transship.core.registry.http.Origin;
import java.net.URI;
import java.time.Clock;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The paces of one process: whoever asks the same registry goes at the same one, whichever client, pipeline or run it
 * is for. Thread-safe.
 */
public final class RegistryPaces {

    private final Bandwidth bandwidth;
    private final Clock clock;
    private final Sleeper sleeper;
    private final ConcurrentMap<Origin, RegistryPace> paces = new ConcurrentHashMap<>();

    /**
     * Knows no registry yet.
     *
     * @param bandwidth of all of them together
     */
    public RegistryPaces(Bandwidth bandwidth, Clock clock, Sleeper sleeper) {
        this.bandwidth = bandwidth;
        this.clock = clock;
        this.sleeper = sleeper;
    }

    /** Of all content that passes through this process. */
    public Bandwidth bandwidth() {
        return bandwidth;
    }

    /**
     * What a client of a registry sends its requests through: the pace of all its clients.
     *
     * @param limits count for whoever comes first; one registry is declared once
     */
    public Pacing of(URI address, RequestLimits limits) {
        Origin origin = Origin.of(address);
        RegistryPace pace = paces.computeIfAbsent(
                origin, unused -> new RegistryPace(address.getRawAuthority(), limits, clock, sleeper));
        return transport -> new PacedTransport(transport, origin, pace, bandwidth, clock);
    }
}

package io.transship.core.registry.pace;

import io.transship.core.content.Bandwidth;
import io.transship.core.http.HttpBody;
import io.transship.core.http.HttpRequest;
import io.transship.core.http.HttpResponse;
import io.transship.core.http.HttpTransport;
import io.transship.core.registry.http.Origin;
import java.io.IOException;
import java.time.Clock;

/**
 * A transport on which requests to one registry go at the pace of that registry, and all bodies at the bandwidth of the
 * process. Requests to other hosts, such as the storage that a registry redirects to, are not held back: their limits are
 * not the registry's. Thread-safe; closes the transport below.
 */
final class PacedTransport implements HttpTransport {

    private static final int TOO_MANY_REQUESTS = 429;

    private final HttpTransport transport;
    private final Origin registry;
    private final RegistryPace pace;
    private final Bandwidth bandwidth;
    private final Clock clock;

    PacedTransport(HttpTransport transport, Origin registry, RegistryPace pace, Bandwidth bandwidth, Clock clock) {
        this.transport = transport;
        this.registry = registry;
        this.pace = pace;
        this.bandwidth = bandwidth;
        this.clock = clock;
    }

    @Override
    public HttpResponse execute(HttpRequest request) throws IOException {
        if (!registry.covers(request.uri())) {
            return send(request);
        }
        try (RegistryPace.Turn turn = pace.await(RequestClass.of(request))) {
            HttpResponse response = send(request);
            if (response.status() == TOO_MANY_REQUESTS) {
                turn.refused(response.retryAfter(clock.instant()));
            }
            return response;
        }
    }

    private HttpResponse send(HttpRequest request) throws IOException {
        if (bandwidth == Bandwidth.UNLIMITED) {
            return transport.execute(request);
        }
        HttpBody body = request.body();
        HttpRequest limited = body == null
                ? request
                : request.with(new HttpBody(
                        body.length(), () -> bandwidth.limit(body.content().open())));
        return transport.execute(limited).withBody(bandwidth::limit);
    }

    @Override
    public void close() {
        transport.close();
    }
}

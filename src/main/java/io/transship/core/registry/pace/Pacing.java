package io.transship.core.registry.pace;

import io.transship.core.http.HttpTransport;

/** What a client puts in front of its transport, so as not to ask faster than it may. Thread-safe. */
@FunctionalInterface
public interface Pacing {

    /** As fast as it goes. */
    Pacing NONE = transport -> transport;

    /** A transport that goes through this one in its time; closing it closes this one. */
    HttpTransport pace(HttpTransport transport);
}

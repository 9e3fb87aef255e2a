package io.transship.core.pipeline.telemetry;

import io.transship.core.content.RetryListener;
import io.transship.core.storage.ContainerUri;
import io.transship.core.storage.SecretUri;
import java.time.Instant;

/** Hears how the ways to registries and containers are. Thread-safe, quick, and throws nothing. */
public interface ConnectionTelemetry {

    /** Hears nothing. */
    ConnectionTelemetry NONE = new ConnectionTelemetry() {

        @Override
        public void triesAgain(HostKind host, RetryListener.Reason reason) {}

        @Override
        public void sasEnds(SecretUri secret, ContainerUri container, Instant end, boolean rotated) {}
    };

    /** What kind of server. */
    enum HostKind {
        REGISTRY,
        STORAGE
    }

    void triesAgain(HostKind host, RetryListener.Reason reason);

    /**
     * A SAS was used that ends at this time.
     *
     * @param rotated whether the app renews it
     */
    void sasEnds(SecretUri secret, ContainerUri container, Instant end, boolean rotated);
}

package io.transship.core.registry;

import io.transship.core.registry.auth.RegistryCredential;
import io.transship.core.registry.auth.RegistryCredential.Anonymous;
import io.transship.core.registry.http.RetryPolicy;
import io.transship.core.transfer.SetClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A client of a scripted server, with waits that are only written down and a clock that the test moves. */
abstract class ScriptedRegistry {

    final List<Duration> waits = new ArrayList<>();
    final SetClock clock = new SetClock(Instant.parse("2026-01-01T00:00:00Z"));
    ScriptedServer server;
    private final List<Registry> clients = new ArrayList<>();

    @BeforeEach
    void startServer() throws IOException {
        server = new ScriptedServer();
    }

    @AfterEach
    void stopServer() {
        clients.forEach(Registry::close);
        server.close();
    }

    RegistrySettings settings(RegistryCredential credential) {
        return RegistrySettings.of(server.address(), credential)
                .withRetryPolicy(RetryPolicy.DEFAULT.withAttempts(3))
                .withTime(clock, waits::add);
    }

    Repository app() {
        return app(settings(new Anonymous()));
    }

    Repository app(RegistrySettings settings) {
        return client(settings).repository("app");
    }

    Registry client(RegistrySettings settings) {
        Registry client = new RegistryClient(settings);
        clients.add(client);
        return client;
    }
}

package io.transship.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryServerTest {

    private final HttpClient client = HttpClient.newHttpClient();

    @TempDir
    private Path directory;

    @AfterEach
    void closeClient() {
        client.close();
    }

    @Test
    void letsEverybodyInWithoutLogin() throws Exception {
        try (RegistryServer registry = RegistryServer.start(RegistryServer.Options.in(directory))) {
            assertThat(status(registry, "")).isEqualTo(200);
        }
    }

    @Test
    void asksForItsLogin() throws Exception {
        RegistryServer.Options options = RegistryServer.Options.in(directory).withLogin("demo", "long enough");
        try (RegistryServer registry = RegistryServer.start(options)) {
            assertThat(status(registry, "")).isEqualTo(401);
            assertThat(status(registry, "demo:wrong")).isEqualTo(401);
            assertThat(status(registry, "demo:long enough")).isEqualTo(200);
        }
    }

    @Test
    void comesBackOnTheSamePortAfterKillAndStop() throws Exception {
        try (RegistryServer registry = RegistryServer.start(RegistryServer.Options.in(directory))) {
            URI first = registry.uri();

            registry.kill();
            assertThatThrownBy(() -> status(registry, "")).isInstanceOf(ConnectException.class);
            registry.start();
            assertThat(status(registry, "")).isEqualTo(200);
            registry.stop();
            registry.start();
            assertThat(status(registry, "")).isEqualTo(200);

            assertThat(registry.uri()).isEqualTo(first);
        }
    }

    @Test
    void doesNotShowThePassword() {
        assertThat(RegistryServer.Options.in(directory)
                        .withLogin("demo", "hidden")
                        .toString())
                .doesNotContain("hidden");
    }

    private int status(RegistryServer registry, String login) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(registry.uri().resolve("/v2/"));
        if (!login.isEmpty()) {
            String encoded = Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
            request.header("Authorization", "Basic " + encoded);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
